import type { ComponentChildren } from 'preact'
import './empty.css'
import { Icon, type IconName } from './icons.tsx'

/** What stands where there is nothing yet: why, and what to do about it. */
export function Empty(props: {
  icon?: IconName
  title: string
  text?: string
  children?: ComponentChildren
}) {
  return (
    <div class="empty">
      {props.icon && <Icon name={props.icon} size={32} />}
      <p class="empty__title">{props.title}</p>
      {props.text && <p>{props.text}</p>}
      {props.children && <div class="empty__action">{props.children}</div>}
    </div>
  )
}
