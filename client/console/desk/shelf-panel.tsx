import { useComputed, useSignal } from '@preact/signals'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { moved } from '../reorder.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import { AddProducts } from './add-products.tsx'
import { useDesk } from './context.ts'
import type { ShelfItem } from './shelf.ts'
import { ShelfEdit } from './shelf-edit.tsx'
import './shelf-panel.css'
import { ShelfRow } from './shelf-row.tsx'
import { deskWords } from './words.ts'

/** What the show sells, in its order: pin, move, price. */
export function ShelfPanel() {
  const desk = useDesk()
  const t = deskWords.value
  const adding = useSignal(false)
  const editing = useSignal<ShelfItem | null>(null)
  const mayRun = useShop().may('desk:run')
  const over = useComputed(() => desk.status.value === 'ended')
  const canEdit = mayRun && !over.value
  const items = desk.shelf.items.value
  const add = canEdit && (
    <Button
      look="plain"
      size="small"
      icon="plus"
      onClick={() => (adding.value = true)}
      data-testid="add-products"
    >
      {t.addProducts}
    </Button>
  )
  return (
    <Panel title={`${t.shelf} · ${items.length}`} class="desk-shelf" actions={items.length > 0 && add}>
      {items.length === 0 ? (
        <Empty icon="bag" title={t.shelfEmpty} text={t.shelfEmptyText}>
          {add}
        </Empty>
      ) : (
        <Rows items={items} canEdit={canEdit} onEdit={(item) => (editing.value = item)} />
      )}
      {adding.value && <AddProducts onClose={() => (adding.value = false)} />}
      {editing.value && <ShelfEdit item={editing.value} onClose={() => (editing.value = null)} />}
    </Panel>
  )
}

interface RowsProps {
  items: readonly ShelfItem[]
  canEdit: boolean
  onEdit: (item: ShelfItem) => void
}

function Rows({ items, canEdit, onEdit }: RowsProps) {
  const desk = useDesk()
  const draggedId = useSignal<string | null>(null)
  const overId = useSignal<string | null>(null)
  /** Quick presses are all meant: the shelf queues them. */
  const move = (itemId: string, to: (from: number) => number) => {
    desk.shelf
      .change((now) => {
        const from = now.findIndex(({ id }) => id === itemId)
        return moved(now, from, to(from))
      })
      .catch((error) => toast(errorText(error), 'bad'))
  }
  const drop = () => {
    const [dragged, over] = [draggedId.value, overId.value]
    draggedId.value = null
    overId.value = null
    if (dragged !== null && over !== null) {
      move(dragged, () => desk.shelf.items.peek().findIndex(({ id }) => id === over))
    }
  }
  return (
    <ol class="desk-shelf__rows">
      {items.map((item, index) => (
        <ShelfRow
          key={item.id}
          item={item}
          canEdit={canEdit}
          first={index === 0}
          last={index === items.length - 1}
          target={overId.value === item.id && draggedId.value !== item.id}
          onMove={(step) => move(item.id, (from) => from + step)}
          onEdit={() => onEdit(item)}
          onDragStart={() => (draggedId.value = item.id)}
          onDragOver={() => {
            if (draggedId.value !== null) overId.value = item.id
            return draggedId.value !== null
          }}
          onDrop={drop}
          onDragEnd={() => {
            draggedId.value = null
            overId.value = null
          }}
        />
      ))}
    </ol>
  )
}
