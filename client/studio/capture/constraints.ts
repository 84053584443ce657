export type Facing = 'user' | 'environment'

/** Which device to open: the remembered one if it is still there, exactly this one, or the one that faces so. */
export type Wish = { prefer: string | null } | { exactly: string } | { facing: Facing }

/** 720p at 30 frames: what a phone's uplink carries and a sold product needs. A phone held upright turns it. */
export const videoConstraints = (wish: Wish): MediaTrackConstraints => ({
  ...deviceOf(wish),
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
})

/** A voice in a room with a loudspeaker in it. */
export const audioConstraints = (wish: Wish): MediaTrackConstraints => ({
  ...deviceOf(wish),
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
})

function deviceOf(wish: Wish): MediaTrackConstraints {
  if ('exactly' in wish) return { deviceId: { exact: wish.exactly } }
  if ('facing' in wish) return { facingMode: { ideal: wish.facing } }
  return wish.prefer === null ? {} : { deviceId: { ideal: wish.prefer } }
}
