import { call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import './bans-dialog.css'
import { useDesk } from './context.ts'
import { deskWords } from './words.ts'

const SHOWN_MAX = 100

/** Who may not enter the shop's rooms, with the way back. */
export function BansDialog({ onClose }: { onClose: () => void }) {
  const { tenantId } = useDesk()
  const t = deskWords.value
  const lifting = useAction()
  const params = { tenantId }
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/bans', { params, query: { limit: SHOWN_MAX }, signal }),
    [tenantId],
  )
  const lift = async (personId: string) => {
    const done = await lifting.run(() =>
      call('DELETE /tenants/:tenantId/bans/:personId', { params: { tenantId, personId } }),
    )
    if (done) load.reload()
  }
  return (
    <Sheet title={t.bans} onClose={onClose} shape="dialog">
      <LoadView load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="bans__empty">{t.noBans}</p>
          ) : (
            <ul class="bans">
              {items.map((ban) => (
                <li key={ban.personId} class="bans__row" data-testid={`ban-${ban.personId}`}>
                  <span class="bans__who">
                    {ban.name}
                    <small>{t.bannedBy(ban.bannedBy, dateTime(ban.bannedAt))}</small>
                  </span>
                  <Button look="plain" onClick={() => void lift(ban.personId)}>
                    {t.liftBan}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </LoadView>
    </Sheet>
  )
}
