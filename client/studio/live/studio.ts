import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { connectRpc } from '../../kit/rpc/rpc.ts'
import { toast } from '../../kit/ui/toast.tsx'
import { type Battles, createBattles } from '../battle/battles.ts'
import { type Capture, createCapture } from '../capture/capture.ts'
import { drawCurtain } from '../capture/curtain.ts'
import { createMeter, type Meter } from '../capture/level.ts'
import { createScreen, type Screen } from '../capture/screen.ts'
import { mixSound } from '../capture/sound.ts'
import { createPeople, type People } from '../people/people.ts'
import { createPrompter, type Prompter } from '../prompter/settings.ts'
import { watchEarnings } from '../room/earnings.ts'
import { createRoom, type Room } from '../room/room.ts'
import { studioWords } from '../words.ts'
import { isOnAir, sendsNothing } from './phase.ts'
import { type Outgoing, openPublisher } from './publisher.ts'
import { createStage, type Stage } from './stage.ts'
import { keepAwake } from './wake-lock.ts'
import { windowId } from './window-id.ts'

export type Dialog = 'end' | 'devices' | 'shelf' | 'people' | 'battle'

/** The running studio of one show: everything that a host sees and does. */
export interface Studio {
  readonly tenantId: string
  readonly showId: string
  readonly stage: Stage
  readonly room: Room
  readonly capture: Capture
  readonly screen: Screen
  readonly meter: Meter
  /** Coins that the show earned in tips; null for who may not know. */
  readonly earnings: ReadonlySignal<number | null>
  /** The picture as viewers get it: screen before camera before curtain. */
  readonly picture: ReadonlySignal<MediaStreamTrack>
  /** The camera as viewers get it: what stands for it where it is off. */
  readonly camera: ReadonlySignal<MediaStreamTrack>
  readonly prompter: Prompter
  readonly people: People
  readonly battles: Battles
  readonly dialog: Signal<Dialog | null>
  shareScreen(): Promise<void>
  /** Shows a product of the shelf to everyone; null takes it away. @throws ApiError, NetworkError */
  pin(itemId: string | null): Promise<void>
  /** Ends the show for good. @throws ApiError, NetworkError */
  end(): Promise<void>
}

export function createStudio(tenantId: string, showId: string): Studio {
  const capture = createCapture()
  const screen = createScreen()
  const room = createRoom(showId)
  const beside = signal(false)
  const curtain = drawCurtain(() => ({
    title: room.visit.peek()?.show.title ?? '',
    note: beside.peek() ? studioWords.peek().curtainBeside : studioWords.peek().curtain,
  }))
  const camera = computed(() => capture.camera.track.value ?? curtain.track)
  const sound = mixSound(capture.microphone.track, screen.sound)
  const outgoing = computed<Outgoing>(() => ({
    camera: camera.value,
    microphone: sound.value,
    screen: screen.track.value,
    silent: !capture.microphone.on.value && screen.sound.value === null,
  }))
  const rpc = connectRpc()
  const stage = createStage({
    tenantId,
    showId,
    windowId: windowId(),
    rpc,
    openPublisher,
    outgoing: async () => {
      await capture.open()
      return outgoing.peek()
    },
    onFailure: (error) => toast(errorText(error), 'bad'),
  })

  void capture.open()
  effect(() => {
    // Between two devices there is nothing to tell; viewers keep the last frame for that moment.
    if (!capture.opening.value) stage.send(outgoing.value)
  })
  effect(() => {
    if (!sendsNothing(stage.phase.value)) return
    capture.close()
    screen.stop()
  })
  effect(() => {
    beside.value = stage.phase.value.at === 'beside'
  })
  effect(() => {
    // Who has no seat is not told by the stage.
    const { status = null } = room.state.value?.show ?? {}
    const show = stage.show.peek()
    if (status === 'ended' && show && stage.phase.value.at === 'beside') stage.ended({ ...show, status })
  })
  guardLeaving(stage)

  return {
    tenantId,
    showId,
    stage,
    room,
    capture,
    screen,
    meter: createMeter(sound),
    earnings: watchEarnings({ tenantId, showId }, room),
    picture: computed(() => screen.track.value ?? camera.value),
    camera,
    prompter: createPrompter(),
    people: createPeople({ tenantId, showId, rpc, room, stage }),
    battles: createBattles({ tenantId, showId, rpc, room, stage }),
    dialog: signal<Dialog | null>(null),
    async shareScreen() {
      if (!(await screen.start())) toast(studioWords.peek().screenFailed, 'bad')
    },
    async pin(itemId) {
      const params = { tenantId, showId }
      await call('PUT /tenants/:tenantId/shows/:showId/pin', { params, body: { itemId } })
    },
    async end() {
      stage.ended(await call('POST /tenants/:tenantId/shows/:showId/end', { params: { tenantId, showId } }))
    },
  }
}

/** While on air, leaving is asked about and the screen stays on. */
function guardLeaving(stage: Stage): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault()
  const onAir = computed(() => isOnAir(stage.phase.value))
  effect(() => {
    if (!onAir.value) return
    addEventListener('beforeunload', ask)
    const release = keepAwake()
    return () => {
      removeEventListener('beforeunload', ask)
      release()
    }
  })
}
