import { deskWords } from './words.ts'

export interface Dragging {
  onDragStart: () => void
  /** Whether the row takes what is dragged over it. */
  onDragOver: () => boolean
  onDrop: () => void
  onDragEnd: () => void
}

/** Where a mouse takes hold of a row; keys and fingers have the buttons for up and down. */
export function DragHandle({ onDragStart, onDragEnd }: Dragging) {
  return (
    <span
      class="drag-handle"
      draggable
      aria-hidden="true"
      title={deskWords.value.drag}
      onDragStart={(event) => {
        const row = event.currentTarget.closest('li')
        if (event.dataTransfer && row) {
          event.dataTransfer.effectAllowed = 'move'
          event.dataTransfer.setData('text/plain', '') // Firefox drags nothing without data
          event.dataTransfer.setDragImage(row, 12, row.clientHeight / 2)
        }
        onDragStart()
      }}
      onDragEnd={onDragEnd}
    >
      ⠿
    </span>
  )
}
