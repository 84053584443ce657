import { type ReadonlySignal, signal } from '@preact/signals'
import type { Facing, Wish } from './constraints.ts'
import { createInput, type DeviceKind, type Input, type OpenInput } from './input.ts'
import { remember } from './remembered.ts'

/** The host's camera and microphone. */
export interface Capture {
  readonly camera: Input
  readonly microphone: Input
  /** True while the browser asks or a device starts. */
  readonly opening: ReadonlySignal<boolean>
  /** Opens what is wanted and not open yet. Resolves whatever came of it; `trouble` of each input tells. */
  open(): Promise<void>
  /** Switches to another device. */
  choose(kind: DeviceKind, deviceId: string): Promise<void>
  /** On a phone: from the camera of one side to that of the other. */
  flip(): Promise<void>
  /** A camera that is turned off is given back, light and all; a microphone stays open and is silent. */
  turn(kind: DeviceKind, on: boolean): Promise<void>
  /** Gives the devices back, until `open`. */
  close(): void
}

export function createCapture(): Capture {
  const opening = signal(false)
  let queue: Promise<void> = Promise.resolve()
  let closed = false
  const inputs: Record<DeviceKind, OpenInput> = {
    camera: createInput('camera', () => void open()),
    microphone: createInput('microphone', () => void open()),
  }
  const { camera, microphone } = inputs
  const devices: MediaDevices | undefined = navigator.mediaDevices // none on an insecure page, whatever the type says

  /** One change at a time: some phones cannot hold two cameras, and answers would cross. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(async () => {
      if (closed) return
      opening.value = true
      await work()
      opening.value = false
    })
    return queue
  }

  const take = async (input: OpenInput, wish: Wish) => {
    const stream = await devices!.getUserMedia(input.constraints(wish))
    const [track] = stream.getTracks()
    if (closed) track?.stop()
    else if (track) input.adopt(track)
  }

  /** Both in one request where both are wanted, so that the browser asks once. */
  const takeBoth = async () => {
    const stream = await devices!.getUserMedia({
      ...camera.constraints({ prefer: camera.remembered() }),
      ...microphone.constraints({ prefer: microphone.remembered() }),
    })
    for (const track of stream.getTracks()) {
      if (closed) track.stop()
      else inputs[track.kind === 'video' ? 'camera' : 'microphone'].adopt(track)
    }
  }

  const takeOne = (input: OpenInput, wish: Wish) => take(input, wish).catch((error) => input.fail(error))

  const listDevices = async () => {
    const found = (await devices?.enumerateDevices()) ?? []
    for (const [kind, input] of [
      ['videoinput', camera],
      ['audioinput', microphone],
    ] as const) {
      input.choices.value = found
        .filter((device) => device.kind === kind && device.deviceId !== '')
        .map(({ deviceId, label }) => ({ id: deviceId, label }))
    }
  }

  const openMissing = async () => {
    if (!devices) {
      camera.trouble.value = 'insecure'
      microphone.trouble.value = 'insecure'
      return
    }
    const wanted = [camera, microphone].filter(
      (input) => !input.track.peek() && (input.on.peek() || input === microphone),
    )
    const both =
      wanted.length === 2 &&
      (await takeBoth().then(
        () => true,
        () => false,
      ))
    if (!both) for (const input of wanted) await takeOne(input, { prefer: input.remembered() })
    applyMicrophone()
    await listDevices()
  }

  const applyMicrophone = () => {
    const track = microphone.track.peek()
    if (track) track.enabled = microphone.on.peek()
  }

  /** The new device takes over; should it fail, the host is not left with none. */
  const replace = async (input: OpenInput, wish: Wish) => {
    input.release()
    await takeOne(input, wish)
    if (input.trouble.peek()) await takeOne(input, { prefer: input.remembered() })
    applyMicrophone()
    await listDevices()
  }

  const noteDevices = () => void listDevices()
  const open = () => {
    closed = false
    devices?.addEventListener('devicechange', noteDevices) // the same listener again is none
    return inTurn(openMissing)
  }

  return {
    camera,
    microphone,
    opening,
    open,
    choose: (kind, deviceId) => inTurn(() => replace(inputs[kind], { exactly: deviceId })),
    flip: () =>
      inTurn(() =>
        replace(camera, { facing: facingOf(camera.track.peek()) === 'user' ? 'environment' : 'user' }),
      ),
    turn(kind, on) {
      inputs[kind].on.value = on
      remember(kind === 'camera' ? { cameraOn: on } : { microphoneOn: on })
      if (kind === 'microphone') applyMicrophone()
      else if (!on) camera.release()
      return on ? open() : Promise.resolve()
    },
    close() {
      closed = true
      devices?.removeEventListener('devicechange', noteDevices)
      camera.release()
      microphone.release()
    },
  }
}

/** Which way a camera looks. One that does not say, as on a desk, looks at its user. */
export const facingOf = (track: MediaStreamTrack | null): Facing =>
  track?.getSettings().facingMode === 'environment' ? 'environment' : 'user'
