import { useSignal } from '@preact/signals'
import { ROLES, type Role } from '@shelfcast/shared/scopes.ts'
import { call } from '../../kit/api.ts'
import { codeOf, errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { consoleWords } from '../words.ts'

/** Gives a person a role by login; for somebody who has one already it is changed. */
export function MemberForm({ onSaved }: { onSaved: () => void }) {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const login = useSignal('')
  const role = useSignal<Role>('host')
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)

  const submit = async () => {
    busy.value = true
    failure.value = null
    try {
      const member = await call('PUT /tenants/:tenantId/members', {
        params: { tenantId },
        body: { login: login.value, role: role.value },
      })
      toast(t.memberSaved(member.name))
      login.value = ''
      onSaved()
    } catch (error) {
      failure.value = codeOf(error) === 'not_found' ? t.memberUnknown : errorText(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <section class="card members__form" aria-labelledby="member-form">
      <h2 id="member-form">{t.addMember}</h2>
      <Form onSubmit={submit} failure={failure.value}>
        <TextField
          label={t.memberLogin}
          hint={t.memberLoginHint}
          value={login.value}
          onValue={(value) => (login.value = value)}
          required
          maxLength={254}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
        />
        <SelectField
          label={t.role}
          hint={t.roleTexts[role.value]}
          value={role.value}
          of={ROLES}
          words={t.roles}
          onValue={(value) => (role.value = value)}
        />
        <Button type="submit" wide busy={busy.value}>
          {t.saveMember}
        </Button>
      </Form>
    </section>
  )
}
