import { availableParallelism } from 'node:os'
import { CHAT_LINES_PER_S } from '@shelfcast/shared/protocol/limits.ts'

/** Bounds on everything. Units last in the names. */
export const LIMITS = {
  http: {
    bodyBytesMax: 64 * 1024,
    uploadsAtOnceMax: 8,
    uploadMsMax: 120_000,
    /** Of a body that is refused, so much is read to the end for the sender to see why; then the line is cut. */
    refusedBytesMax: 64 * 1024 * 1024,
    refusedMsMax: 5000,
    /** How long requests under way are waited for when the server stops. */
    drainMsMax: 8000,
  },
  pictures: {
    pixelsMax: 50_000_000, // what phones take
    sidePxMin: 16,
    renderMsMax: 20_000,
    rendersWaitingMax: 32,
    uploadsPerPersonPer10Min: 300,
    keptUnusedMs: 24 * 3600_000,
    sweepMs: 3600_000,
    sweptMax: 100,
  },
  accounts: {
    sessionMs: 30 * 24 * 3600_000,
    deviceMs: 400 * 24 * 3600_000, // as long as browsers keep a cookie
    embedSessionMs: 12 * 3600_000,
    signInsPerLoginPer10Min: 10,
    signInsPerAddressPer10Min: 60,
    guestsPerAddressPer10Min: 600,
    passwordsPerPersonPer10Min: 10,
    resetsPerLoginPer10Min: 3,
    resetsPerAddressPer10Min: 20,
    verificationsPerPersonPer10Min: 3,
    mailedTokenMs: 30 * 60_000,
    setupTriesPerAddressPer10Min: 10,
    setupCodeMs: 24 * 3600_000,
    sessionsShownMax: 100,
  },
  buyers: { addressesMax: 20, exportRowsMax: 20_000, exportsPerPersonPer10Min: 5 },
  mail: {
    attemptsMax: 300, // five minutes between them: a mail server may be away for a day
    connectMsMax: 4000,
    answerMsMax: 8000,
    keptMax: 500,
  },
  notices: {
    remindBeforeMs: 10 * 60_000,
    remindersPerPersonMax: 100,
    tickMs: 15_000,
    batchMax: 500,
    keptMs: 90 * 24 * 3600_000,
  },
  embed: {
    codeMs: 60_000,
    codesPerPersonPer10Min: 60,
    sessionsPerAddressPer10Min: 600,
    keysPerTenantMax: 10,
    identityLifeMsMax: 5 * 60_000,
    /** How far a merchant's clock may be off. */
    clockSkewMs: 5000,
  },
  tickets: { lifeMs: 60_000, renewMs: 3600_000 },
  rooms: {
    upgradesPerSMax: 2000,
    upgradeWaitMsMax: 10_000,
    frameBytesMax: 4096,
    joinWithinMs: 10_000,
    idleTimeoutS: 60,
    viewersPerRoomMax: 20_000,
    flushMsMin: 100,
    flushMsMax: 200,
    /** Unsent bytes of one viewer above which chat, then gifts and counts, then state are withheld. */
    chatShedBytes: 32 * 1024,
    sideShedBytes: 96 * 1024,
    backpressureBytesMax: 256 * 1024,
    slowPollMs: 250,
    behindMsMax: 10_000,
    logEventsMax: 500,
    logMsMax: 10 * 60_000,
    logBytesMax: 4 * 1024 * 1024,
    stateGapMs: 150,
    /** How often the log is asked for what nobody told; more often while other nodes are not heard. */
    headPollMs: 1000,
    headPollAloneMs: 250,
    presenceMs: 3500,
    /** How often a room's latest values are read anew: a node may die with one that it was about to tell. */
    latestRepairMs: 30_000,
    personalQueueMax: 500,
    /** What is said to a room while it is being opened. */
    earlyEventsMax: 1000,
    snapshotMs: 1000,
    latestKeysMax: 1000,
    giftQueueMax: 500,
    giftIdsMax: 1000,
    chatQueueMax: 500,
    likesPer10SMax: 500,
    drainMs: 2000,
    recentChatMax: 30,
    recentTipsMax: 10,
    messagesPer10SMax: 60,
    viewersBeatMs: 1000,
  },
  bus: {
    echoMs: 500,
    stalledMs: 2000,
    subscribeMsMax: 500,
    messageBytesMax: 1024 * 1024,
    unansweredMax: 2000,
  },
  ask: { deadlineMs: 3000, pendingMax: 500, answeringMax: 200 },
  chat: {
    linesPer10SMax: 8,
    /** Of a show that does not say otherwise. */
    displayPerS: CHAT_LINES_PER_S,
    writeBatchMax: 500,
    writeQueueMax: 20_000,
    writeEveryMs: 250,
    mutesFreshMs: 30_000,
    showIdleMs: 10 * 60_000,
  },
  coHosts: {
    inviteMs: 24 * 3600_000,
    /** Open and accepted ones. */
    invitesPerShowMax: 20,
  },
  battles: {
    /** How long a challenge can be accepted, and how long a declined one, or so many taken back, are not made again. */
    challengeMs: 60_000,
    againAfterMs: 30_000,
    withdrawnMax: 3,
    /** How long a result stands. */
    resultMs: 30_000,
    codeMs: 3600_000,
    supportersMax: 3,
    scoreEveryMs: 100,
    pollMs: 1000,
    movedPerTurnMax: 200,
    rivalsListedMax: 50,
  },
  stage: {
    graceMs: 30_000,
    /** For an encoder whose media worker died: nobody tells it, and it may notice after half a minute. */
    encoderGraceMs: 2 * 60_000,
    awayAfterMs: 1500,
    hostsMax: 4,
    hostProducersMax: 3,
    hostBitrateMaxBps: 6_000_000,
    viewersPerWorkerMax: 280, // a core of 2.5 GHz sends 720p to some 290
    showsPerWorkerMax: 60,
    workerCpuEveryMs: 1000,
    /** Of a core: a show that is on a worker goes on to another above the first, and nobody comes above the second. */
    workerCpuLeavePct: 70,
    workerCpuRefusePct: 90,
    /** A worker is left for the idlest where it is so much busier: less is not worth a pipe. */
    workerBusierByPct: 25,
    /** Of one show on one node: past it, viewers of other shows would find no room. */
    viewersPerShowMax: 2000,
    sessionsPerPersonMax: 4,
    /** Sections that a viewer's session may come to have as hosts come and go; beyond that it is opened anew. */
    viewerSectionsMax: 40,
    speakerEveryMs: 400,
    viewerBitrateStartBps: 1_500_000,
    /** Players whose bandwidth nobody estimates: a layer less above the first share, one more after a while below the second. */
    lossEveryMs: 2000,
    lossDownPct: 8,
    lossUpPct: 2,
    lossSettleMs: 3000,
    lossCleanMs: 10_000,
    lossCleanMsMax: 2 * 60_000,
    connectWithinMs: 15_000,
    iceConsentS: 15,
    keyFrameGapMs: 350, // Chromium ignores a second request within 300 ms, and one that is ignored costs a second
    /** Each node says every beat that it lives; for so long after the last one it is believed. */
    nodeBeatMs: 1000,
    nodeLeaseMs: 4000,
    /** Tracks that come from other nodes, and as many that go there. */
    pipesMax: 400,
    pipeIdleMs: 10_000,
    /** Payload layouts that players chose, of one show: each costs a router and a pipe for each track. */
    viewerLayoutsMax: 6,
    /** After so long without a word another node is asked whether it still follows a show, or holds a seat. */
    followMs: 5000,
    offerBytesMax: 64 * 1024,
    turnLifeS: 6 * 3600,
  },
  storage: { requestMsMax: 30_000 },
  recordings: {
    keyFrameMs: 4000,
    /** How long a recording waits for the best layer of a simulcast. */
    layerMsMax: 3000,
    stopMsMax: 3000,
    /** Nobody waits for a recording: what a network or a busy machine holds up for so long is in it. */
    soundLateMsMax: 800,
    takesMax: 8,
    /** A show of sound alone for so long is told to its merchant: it is not recorded. */
    soundAloneMs: 10_000,
    againAfterMs: 2000,
    segmentBytesMax: 32 * 1024 * 1024,
    unwrittenMax: 16,
    freeBytesMin: 512 * 1024 * 1024,
    /** A take to which nothing was added for so long has lost its process. */
    staleMs: 60_000,
    finishMs: 2000,
    claimedMs: 10 * 60_000,
    clipMsMin: 3000,
    clipMsMax: 3 * 60_000,
    clipMadeMsMax: 60_000,
    /** How long after a show's end clips that could not be made are tried again, every `claimedMs`. */
    clipsAgainMs: 24 * 3600_000,
    sweepMs: 3600_000,
    sweptMax: 20,
    /** So old an object without a row has none any more. */
    orphanMs: 3600_000,
    orphansEveryMs: 6 * 3600_000,
    orphansAtOnce: 500,
    shownFreshMs: 10_000,
  },
  hls: {
    segmentMsMin: 1500,
    segmentMsMax: 4000,
    segmentsMax: 6,
    keyFrameMs: 2000,
    /** ffmpeg ends a fragment with the picture that makes it so long; with that picture it is a part. */
    fragmentMs: 420,
    partMsMax: 500,
    /** How long the best layer of a simulcast is waited for. */
    layerMsMax: 2000,
    stopMsMax: 1000,
    /** How long sound that does not come is waited for: the sound of the others waits with it. */
    soundLateMsMax: 200,
    fragmentBytesMax: 4 * 1024 * 1024,
    blockMsMax: 12_000,
    /** Of some 150 kB each: what a node that begins to show it too gets. */
    stepsMax: 12,
    /** Well below `bus.messageBytesMax`, in which they are a third larger. */
    stepsBytesMax: 320 * 1024,
    stepsWaitMs: 1500,
    /** A home that is not reached for so long has its show no more; a question alone waits `ask.deadlineMs`. */
    homeLostMs: 3000,
    lookMs: 250,
    againAfterMs: 2000,
    idleMs: 15_000,
    seenMs: 15_000,
    channelsMax: 2 * Math.max(2, availableParallelism()), // a film of 720p takes less than half a core
    viewersMax: 2000,
    passMs: 12 * 3600_000,
  },
  studio: { callBytesMax: 64 * 1024, callsPer10SMax: 100 },
  stock: {
    sweptPerHoldMax: 100,
    announceMs: 50,
    reconcileMs: 2000,
    redisPauseMs: 1000,
    unitsMax: 1_000_000_000,
    /** All SKUs are gone through slowly, so many at a time. */
    sweepMs: 5000,
    sweepSkusMax: 200,
    /** How often a process says how its gate is, and for how long it is believed and kept. */
    gateBeatMs: 5000,
    gateSeenMs: 20_000,
    gatesKeptMs: 24 * 3600_000,
    repairsShownMax: 10,
    /** Of one flash SKU, in all processes: beyond it buyers wait, and the first second is drawn. `FLASH_ADMITTED_PER_S` sets it. */
    admittedPerS: 3000,
    admittedAtOnce: 300,
    drawMs: 1000,
    waitersMax: 20_000,
    tickMs: 10,
    turnsMax: 1000,
    /** Whose turn comes sooner is not told that it is a matter of waiting. */
    turnToldMs: 300,
  },
  sales: {
    pollMs: 500,
    shownAfterEndMs: 2 * 60_000,
    plannedAheadMsMax: 90 * 24 * 3600_000,
    /** Of one SKU, those that are not over. */
    campaignsPerSkuMax: 5,
    /** How long a planned sale waits for its show to go on air. */
    missedAfterMs: 30 * 60_000,
    /** Who waits for a flash sale that is sold out, and how long a unit that came free is set aside for them. */
    waitersPerSaleMax: 1000,
    offerMs: 60_000,
    waitingSweepMs: 500,
    waitingSalesSweptMax: 50,
    waitsPerPersonPer10SMax: 20,
  },
  orders: {
    payWithinMs: 15 * 60_000,
    unpaidPerPersonMax: 10,
    /** Of a flash sale in which who pays first is served first. */
    unpaidPerSaleMax: 5000,
    placedPerPersonPer10SMax: 20,
    placedPerDevicePer10SMax: 20,
    placedPerAddressPer10SMax: 200,
    ratePauseMs: 1000,
    holdMs: 30_000,
    batchMs: 3,
    batchLanes: 4,
    /** While one batch is decided, those of the one before are answered and ask again: too large a batch ends that. */
    batchOrdersMax: 100,
    sweepMs: 2000,
    sweptMax: 500,
    /** What nobody said had arrived counts as delivered, and what was delivered is completed. */
    deliveredAfterMs: 15 * 24 * 3600_000,
    completedAfterMs: 7 * 24 * 3600_000,
    advanceMs: 5 * 60_000,
    notesPerOrderMax: 200,
    addressChangesMax: 20,
    exportOrdersMax: 200,
    refusalsKeptMs: 10 * 60_000,
    answersKeptMs: 7 * 24 * 3600_000,
  },
  payments: {
    webhookBytesMax: 16 * 1024,
    queryAfterMs: 60_000,
    queryUntilMs: 24 * 3600_000,
    /** Coins have no order that would expire. */
    coinsPayWithinMs: 30 * 60_000,
    sweepMs: 15_000,
    refundAgainAfterMs: 10 * 60_000,
    refundSweepMs: 60_000,
    statementsEveryMs: 3600_000,
    /** How far back statements are fetched that could not be had in their time. */
    statementDaysMax: 7,
    statementMsMax: 60_000,
    sweptMax: 50,
    providerMsMax: 8000,
    startedPerPersonPer10SMax: 20,
    startedPerDevicePer10SMax: 20,
    startedPerAddressPer10SMax: 200,
    ratePauseMs: 1000,
  },
  tips: {
    /** How old a tip is when it is made into money: what is under way has ended by then. */
    settleAfterMs: 10 * 60_000,
    settleEveryMs: 5 * 60_000,
    showsSettledMax: 100,
  },
  payouts: { holdMs: 7 * 24 * 3600_000, exportEntriesMax: 500 },
  ledger: {
    checkMs: 30_000,
    /** By when every transaction has ended: well over `database.statementTimeoutMs`. */
    settledAfterMs: 60_000,
    recountMs: 24 * 3600_000,
  },
  facts: {
    reportsPerPersonPer10SMax: 30,
    /** How late a fact may come, and how far a viewer's clock may be ahead. */
    ageMsMax: 24 * 3600_000,
    aheadMsMax: 5 * 60_000,
    streamMax: 100_000,
    waitingMax: 50_000,
    retryAfterMs: 10_000,
    writeEveryMs: 250,
    readMax: 100,
    claimAfterMs: 15_000,
    figuresMsMax: 31 * 24 * 3600_000,
  },
  outbox: {
    batchMax: 100,
    /** Rows that are this process's own as they are written, and need no claim: what a rush has under way at once. */
    ownMax: 500,
    /** What is committed within this time is claimed together. */
    nudgeMs: 10,
    leaseMs: 30_000,
    handlerMsMax: 10_000,
    attemptsMax: 12,
    backoffMsMin: 200,
    backoffMsMax: 5 * 60_000,
    pollMs: 250,
  },
  database: { connectionsMax: 10, statementTimeoutMs: 10_000 },
} as const

export type Limits = {
  readonly [Domain in keyof typeof LIMITS]: { readonly [Limit in keyof (typeof LIMITS)[Domain]]: number }
}
