import { LANGUAGES, type Language, language, setLanguage } from '../i18n.ts'
import './language-switch.css'
import { kitWords } from './words.ts'

const NAMES: Record<Language, { short: string; full: string }> = {
  'zh-CN': { short: '中文', full: '简体中文' },
  en: { short: 'EN', full: 'English' },
}

/** 中文 | EN */
export function LanguageSwitch() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons are no fieldset of a form
    <div class="language-switch" role="group" aria-label={kitWords.value.language}>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          class="language-switch__choice"
          lang={one}
          title={NAMES[one].full}
          aria-pressed={language.value === one}
          onClick={() => setLanguage(one)}
        >
          {NAMES[one].short}
        </button>
      ))}
    </div>
  )
}
