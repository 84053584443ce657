import { useSignal } from '@preact/signals'
import { SHARE_BPS_MAX } from '@shelfcast/shared/api/fees.ts'
import { bpsText, parseBps } from '../../kit/amount.ts'
import { type Answer, call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useSubmit } from '../../kit/use-submit.ts'
import { Form } from '../ui/form.tsx'
import { moneyWords } from './money-words.ts'

type Tenant = Answer<'GET /tenants'>['items'][number]

/** Sets the platform's share of what a merchant sells. */
export function PlatformFee({
  of,
  onClose,
  onDone,
}: {
  of: Tenant
  onClose: () => void
  onDone: () => void
}) {
  const t = moneyWords.value
  const text = useSignal(bpsText(of.platformBps))
  const wrong = useSignal(false)
  const saving = useSubmit()
  const save = async () => {
    const platformBps = parseBps(text.value, SHARE_BPS_MAX)
    wrong.value = platformBps === null
    if (platformBps === null) return
    const params = { merchantId: of.id }
    const body = { platformBps }
    if (await saving.run(() => call('PUT /merchants/:merchantId/platform-fee', { params, body }))) {
      toast(t.feeSaved)
      onClose()
      onDone()
    }
  }
  return (
    <Sheet title={t.feeOf(of.name)} onClose={onClose} shape="dialog" testId="platform-fee">
      <Form onSubmit={() => void save()} failure={saving.failure.value}>
        <TextField
          label={t.fee}
          hint={t.feeHint}
          error={wrong.value ? t.badFee : null}
          value={text.value}
          onValue={(value) => (text.value = value)}
          required
          inputMode="decimal"
          autocomplete="off"
          maxLength={6}
          data-testid="fee-share"
        />
        <Button type="submit" wide busy={saving.busy.value} data-testid="fee-save">
          {t.feeSave}
        </Button>
      </Form>
    </Sheet>
  )
}
