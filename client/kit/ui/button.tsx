import type { ButtonHTMLAttributes } from 'preact'
import './button.css'
import { Icon, type IconName } from './icons.tsx'
import { Spinner } from './spinner.tsx'

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'size' | 'class'>

export type ButtonProps = Native & {
  /** `primary` moves work on, `sell` asks for money, `danger` cannot be undone. */
  look?: 'primary' | 'sell' | 'plain' | 'quiet' | 'danger' | undefined
  size?: 'small' | 'medium' | 'large' | undefined
  wide?: boolean | undefined
  /** Shows a spinner and takes no clicks. */
  busy?: boolean | undefined
  icon?: IconName | undefined
  class?: string | undefined
}

export function Button(props: ButtonProps) {
  const {
    look = 'primary',
    size = 'medium',
    wide,
    busy,
    icon,
    children,
    class: extra,
    disabled,
    ...native
  } = props
  const classes = [
    'button',
    `button--${look}`,
    size !== 'medium' && `button--${size}`,
    wide && 'button--wide',
    extra,
  ]
  return (
    <button
      type="button"
      {...native}
      disabled={disabled || busy}
      aria-busy={busy}
      class={classes.filter(Boolean).join(' ')}
    >
      {busy ? <Spinner size={18} /> : icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  )
}

export type IconButtonProps = Native & {
  icon: IconName
  /** Read aloud, and shown as a tooltip. */
  label: string
  iconSize?: number | undefined
  class?: string | undefined
}

/** A button that is only an icon; `label` is required because nothing else names it. */
export function IconButton({ icon, label, iconSize = 20, class: extra, ...native }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...native}
      aria-label={label}
      class={extra ? `icon-button ${extra}` : 'icon-button'}
    >
      <Icon name={icon} size={iconSize} />
    </button>
  )
}
