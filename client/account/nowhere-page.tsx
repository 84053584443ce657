import { Door } from './door/door.tsx'
import { accountWords } from './words.ts'

/** At an address of which the server has nothing: where a person can go from here. */
export function NowherePage() {
  const t = accountWords.value
  return (
    <Door title={t.unknownPage} text={t.nowhere.text}>
      <ul class="points">
        <li>
          <a href="/me">{t.account}</a>
        </li>
        <li>
          <a href="/console">{t.nowhere.toConsole}</a>
        </li>
      </ul>
    </Door>
  )
}
