import { readFileSync } from 'node:fs'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { expect, test } from 'vitest'
import { leadingOf, testStage, until } from '../../test/stage.ts'
import type { Host, LeftReason } from './index.ts'
import { parseSdp } from './sdp.ts'
import { ENCODER_WINDOW } from './seat.ts'

/** Several hosts on one stage, over real workers. */

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const camera: unknown = JSON.parse(file('camera.json'))
const microphone: unknown = JSON.parse(file('microphone.json'))
const offer = file('chromium-offer.sdp')
const answer = file('chromium-answer.sdp')
const fault = (code: string) => expect.objectContaining({ code })

const world = await testStage({ awayAfterMs: 100, hostsMax: 3, viewerSectionsMax: 6 })
const { stage, shows, coHosts, tenantId, owner, host } = world

async function invited(showId: string, name: string) {
  const guest = await world.accounts.people.createGuest(name)
  const { url } = await coHosts.invite({ tenantId, showId }, owner.id)
  const actor = {
    personId: guest.id,
    name,
    guest: true,
    operator: false,
    device: 'device',
    embed: null,
    roles: new Map(),
  }
  await coHosts.accept({ token: url.split('#')[1]!, name }, actor, {
    ip: '',
    deviceId: 'device',
    setSession() {},
  })
  return guest
}

async function join(showId: string, personId: string) {
  const left: LeftReason[] = []
  const silenced: boolean[] = []
  const joined = await stage.join(
    { tenantId, showId, personId },
    (reason) => left.push(reason),
    (now) => silenced.push(now),
  )
  return { ...joined, left, silenced, leading: leadingOf(stage, { tenantId, showId, personId }) }
}

async function send(on: Host) {
  await on.createTransport()
  const microphoneId = await on.produce('audio', 'microphone', microphone)
  return { microphoneId, cameraId: await on.produce('video', 'camera', camera) }
}

async function live(showId: string, personId: string) {
  const joined = await join(showId, personId)
  const sent = await send(joined.host)
  await joined.host.goLive()
  return { ...joined, ...sent }
}

/** The layout that the room was told last, once it is as wanted. */
const told = (showId: string, is: (layout: StageLayout) => boolean) =>
  until(async () => {
    const layout = await shows.layout.read(tenantId, showId)
    return layout && is(layout) ? layout : null
  })

const watch = async (showId: string, scope: 'main' | 'all' | 'others', personId?: string) =>
  stage.watch(showId, await world.ticket(showId, personId), offer, scope)

/** An answer that takes each section of an offer, as the recorded one takes the first two. */
function answerTo(sdp: string): string {
  const [head = '', ...sections] = answer.split(/(?=^m=)/m)
  return (
    head +
    parseSdp(sdp)
      .sections.map(({ kind }) => sections.find((one) => one.startsWith(`m=${kind}`)))
      .join('')
  )
}

test('an invited guest takes a seat, but runs nothing; who is not invited gets none', async () => {
  const showId = await world.newShow()
  await live(showId, host.id)
  const stranger = await world.accounts.people.createGuest()
  await expect(join(showId, stranger.id)).rejects.toEqual(fault('scope_missing'))
  const bo = await invited(showId, 'Bo')
  const seat = await join(showId, bo.id)
  expect(seat).toMatchObject({ member: false, resumed: false })
  const { leading } = seat
  for (const refused of [
    () => leading.setLayout('solo', null),
    () => leading.mute(host.id, true),
    () => leading.remove(host.id),
    () => leading.handOver(bo.id),
  ]) {
    await expect(refused()).rejects.toEqual(fault('not_leading'))
  }
})

test('the stage has so many seats; one more is refused', async () => {
  const showId = await world.newShow()
  for (const name of ['A', 'B', 'C']) await join(showId, (await invited(showId, name)).id)
  const late = await invited(showId, 'D')
  await expect(join(showId, late.id)).rejects.toEqual(fault('host_seat_taken'))
})

test('the room is told who is on stage; a co-host is there once on air, falls out and comes back to its place', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const bo = await invited(showId, 'Bo')
  const seat = await join(showId, bo.id)
  await send(seat.host)
  const alone = await told(showId, ({ seats }) => seats.length === 1)
  expect(alone).toEqual({
    kind: 'side',
    main: null,
    lead: host.id,
    seats: [
      {
        personId: host.id,
        name: 'Host',
        camera: lead.cameraId,
        microphone: lead.microphoneId,
        screen: null,
        muted: false,
      },
    ],
  })
  await seat.host.goLive()
  await told(showId, ({ seats }) => seats.map(({ name }) => name).join() === 'Host,Bo')
  await lead.leading.setLayout('pip', bo.id)
  await told(showId, ({ kind, main }) => kind === 'pip' && main === bo.id)

  seat.host.leave()
  await told(showId, ({ seats, main }) => seats.length === 1 && main === bo.id)
  const again = await live(showId, bo.id)
  expect(again.resumed).toBe(true)
  await told(showId, ({ seats, kind }) => seats.length === 2 && kind === 'pip')

  again.host.stepDown()
  await told(showId, ({ seats }) => seats.length === 1)
  expect((await join(showId, bo.id)).resumed).toBe(false)
  await expect(lead.leading.setLayout('solo', 'per_nobody')).rejects.toEqual(fault('not_found'))
})

test('a shared screen is shown beside its host while it lasts', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  await lead.leading.setLayout('solo', null)
  const screen = await lead.host.produce('video', 'screen', { ...(camera as object), mid: '7' })
  await told(showId, ({ kind, seats }) => kind === 'screen' && seats[0]?.screen === screen)
  await lead.host.closeProducer(screen)
  await told(showId, ({ kind, seats }) => kind === 'solo' && seats[0]?.screen === null)
})

test('who runs the show silences a co-host, over a reload too, and lifts it', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const bo = await invited(showId, 'Bo')
  const seat = await live(showId, bo.id)
  const isMuted = (muted: boolean) =>
    told(showId, ({ seats }) => seats.some((one) => one.personId === bo.id && one.muted === muted))
  await isMuted(false)
  await lead.leading.mute(bo.id, true)
  await isMuted(true)
  await seat.host.setPaused(seat.microphoneId, true)
  await seat.host.setPaused(seat.microphoneId, false)
  await isMuted(true)
  expect(seat.silenced).toEqual([true])
  const kept = async () => (await shows.layout.silenced(tenantId, showId)).join()
  await until(async () => (await kept()) === bo.id) // for another home

  seat.host.leave()
  const again = await live(showId, bo.id)
  expect(again.silenced).toEqual([true])
  await isMuted(true)
  await lead.leading.mute(bo.id, false)
  await isMuted(false)
  await until(async () => (await kept()) === '')
  await expect(lead.leading.mute('per_nobody', true)).rejects.toEqual(fault('not_found'))
})

test('who is removed is off the stage, and the invitation is void', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const bo = await invited(showId, 'Bo')
  const seat = await live(showId, bo.id)
  await expect(lead.leading.remove(host.id)).rejects.toEqual(fault('invalid_input'))
  await lead.leading.remove(bo.id)
  expect(seat.left).toEqual(['removed'])
  await told(showId, ({ seats }) => seats.length === 1)
  await expect(join(showId, bo.id)).rejects.toEqual(fault('scope_missing'))
  expect(world.told(showId)).toEqual(['live'])
})

test('the show is handed over to a member; while the lead is away another member can run it', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const bo = await live(showId, (await invited(showId, 'Bo')).id)
  const other = await live(showId, owner.id)
  await expect(other.leading.setLayout('solo', null)).rejects.toEqual(fault('not_leading'))
  const guestId = (await told(showId, ({ seats }) => seats.length === 3)).seats[1]!.personId
  await expect(lead.leading.handOver(guestId)).rejects.toEqual(fault('cannot_lead'))
  await lead.leading.handOver(owner.id)
  await told(showId, (layout) => layout.lead === owner.id)
  await expect(lead.leading.setLayout('solo', null)).rejects.toEqual(fault('not_leading'))
  other.host.leave()
  await lead.leading.setLayout('solo', null)
  await told(showId, ({ kind }) => kind === 'solo')
  await expect(bo.leading.setLayout('side', null)).rejects.toEqual(fault('not_leading'))
})

test('a host whose seat an encoder has runs the show all the same, and so does one who is for a moment not on stage', async () => {
  const showId = await world.newShow()
  const of = { tenantId, showId, personId: host.id }
  const leading = leadingOf(stage, of)
  await expect(leading.setLayout('solo', null)).rejects.toEqual(fault('not_found'))
  expect(await stage.attend(of)).toMatchObject({ member: true, show: { id: showId } })
  const encoder = await stage.joinHere({ ...of, windowId: ENCODER_WINDOW }, () => {})
  await send(encoder.host)
  await encoder.host.goLive()
  const elsewhere = expect.objectContaining({ code: 'host_elsewhere', more: { extra: { by: 'encoder' } } })
  await expect(stage.join({ ...of, windowId: 'a window' }, () => {})).rejects.toEqual(elsewhere)

  const bo = await live(showId, (await invited(showId, 'Bo')).id)
  const boId = (await told(showId, ({ seats }) => seats.length === 2)).seats[1]!.personId
  await leading.setLayout('pip', boId)
  await told(showId, ({ kind, main }) => kind === 'pip' && main === boId)
  await leading.mute(boId, true)
  expect(bo.silenced).toEqual([true])
  await expect(leading.remove(host.id)).rejects.toEqual(fault('invalid_input'))
  await expect(leadingOf(stage, { ...of, personId: owner.id }).setLayout('solo', null)).rejects.toEqual(
    fault('not_leading'),
  )
  encoder.host.leave()
  await leading.remove(boId)
  expect(bo.left).toEqual(['removed'])
  const stranger = await world.accounts.people.createGuest()
  await expect(stage.attend({ ...of, personId: stranger.id })).rejects.toEqual(fault('scope_missing'))
})

test('beside an encoder that dropped, a studio goes on air when it is told to, and the encoder takes its seat back', async () => {
  const showId = await world.newShow()
  const of = { tenantId, showId, personId: host.id }
  const encoder = async () => {
    const { host: on } = await stage.joinHere({ ...of, windowId: ENCODER_WINDOW }, () => {})
    await send(on)
    await on.goLive()
    return on
  }
  const first = await encoder()
  first.leave()
  const left: LeftReason[] = []
  const beside = await stage.join({ ...of, windowId: 'a window' }, (reason) => left.push(reason))
  expect(beside.resumed).toBe(false)
  await encoder()
  expect(left).toEqual(['encoder'])
  const taken = await stage.join({ ...of, windowId: 'a window', takeOver: true }, () => {})
  expect(taken.resumed).toBe(true)
})

test('a session with all seats is renewed and never closed for a seat that comes or goes', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const viewer = await watch(showId, 'all')
  await expect(viewer.renew()).rejects.toEqual(fault('sdp_refused')) // the first offer waits for its answer
  await viewer.answer(answer)
  const bo = await invited(showId, 'Bo')
  const seat = await live(showId, bo.id)
  expect(viewer.sourceIds.has(seat.cameraId)).toBe(false)
  const before = viewer.etag
  await viewer.renew()
  expect(viewer.etag).not.toBe(before)
  expect([...viewer.sourceIds].sort()).toEqual(
    [lead.cameraId, lead.microphoneId, seat.cameraId, seat.microphoneId].sort(),
  )
  expect(viewer.sdp).toMatch(/^o=- \d+ 2 /m)
  const directions = () =>
    parseSdp(viewer.sdp).sections.map(({ attributes }) =>
      attributes.some(({ name }) => name === 'inactive') ? 'inactive' : 'sendonly',
    )
  expect(directions()).toEqual(Array(4).fill('sendonly'))
  await viewer.answer(answerTo(viewer.sdp))
  await expect(viewer.answer(answerTo(viewer.sdp))).rejects.toEqual(fault('sdp_refused'))

  lead.host.leave()
  await viewer.renew()
  expect(directions()).toEqual(['inactive', 'inactive', 'sendonly', 'sendonly'])
  expect(viewer.state).not.toBe('closed')
  seat.host.leave()
  await until(() => viewer.state === 'closed') // nobody is left
})

test('a session that has seen too many tracks is closed, to be opened anew', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const viewer = await watch(showId, 'all')
  await viewer.answer(answer)
  await live(showId, owner.id)
  await viewer.renew()
  const share = async () => lead.host.produce('video', 'screen', { ...(camera as object), mid: '7' })
  await live(showId, (await invited(showId, 'Bo')).id)
  await share()
  await expect(viewer.renew()).rejects.toEqual(fault('not_found'))
  expect(viewer.state).toBe('closed')
})

test('who can show one picture gets the main one, and asks anew when it is another', async () => {
  const showId = await world.newShow()
  const lead = await live(showId, host.id)
  const bo = await invited(showId, 'Bo')
  const seat = await live(showId, bo.id)
  const viewer = await watch(showId, 'main')
  const streams = (sdp: string) => [...sdp.matchAll(/^a=msid:(\S+)/gm)].map(([, id]) => id)
  expect(streams(viewer.sdp)).toEqual([`${host.id}.camera`, `${host.id}.camera`, `${bo.id}.camera`])
  expect(viewer.sourceIds.has(seat.cameraId)).toBe(false)
  await viewer.answer(answer.replace(/^m=audio[\s\S]*/m, (audio) => audio + audio))
  await expect(viewer.renew()).rejects.toEqual(fault('sdp_refused'))

  await lead.leading.setLayout('pip', bo.id)
  expect(viewer.state).toBe('closed')
  const next = await watch(showId, 'main')
  expect(next.sourceIds.has(seat.cameraId)).toBe(true)
  const others = await watch(showId, 'others', bo.id)
  expect([...others.sourceIds].sort()).toEqual([lead.cameraId, lead.microphoneId].sort())
})
