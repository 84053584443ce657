import type { Role } from '@shelfcast/shared/scopes.ts'
import { type Answer, call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { session } from '../../kit/session.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import '../ui/table.css'
import { consoleWords } from '../words.ts'
import { MemberForm } from './member-form.tsx'
import './members-page.css'

type Member = Answer<'PUT /tenants/:tenantId/members'>

/** Who works for the merchant, and as what. */
export function MembersPage() {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const load = useLoad(
    async (signal) => (await call('GET /tenants/:tenantId/members', { params: { tenantId }, signal })).items,
    [tenantId],
  )
  return (
    <>
      <PageHead title={t.members} />
      <div class="members">
        <LoadView load={load}>{(members) => <MemberTable members={members} />}</LoadView>
        <MemberForm onSaved={load.reload} />
      </div>
    </>
  )
}

function MemberTable({ members }: { members: readonly Member[] }) {
  const t = consoleWords.value
  const now = session.value
  const ownId = now.is === 'in' ? now.me.person.id : null
  const roleText = (role: Role) => t.roleTexts[role]
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.role}</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.personId} data-testid="member-row">
              <td>
                {member.name}
                {member.personId === ownId && <span class="table__soft"> · {t.you}</span>}
              </td>
              <td>
                {t.roles[member.role]}
                <div class="table__soft">{roleText(member.role)}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
