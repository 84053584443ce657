import { Fault } from '../kernel/errors.ts'

/**
 * Reading session descriptions (RFC 8866): just enough to know what a viewer can receive and how it answered. Every
 * reader here refuses with a Fault and never trusts a line to be there.
 */
export interface SdpSection {
  readonly kind: string
  /** 0 in an answer means that the section is refused. */
  readonly port: number
  readonly protocol: string
  /** As they stand in the line. */
  readonly formats: string
  readonly payloadTypes: readonly number[]
  readonly attributes: readonly SdpAttribute[]
}

interface SdpAttribute {
  readonly name: string
  readonly value: string
}

/** Whether a section has an attribute without a value, as its direction is. */
export const flag = ({ attributes }: SdpSection, name: string): boolean =>
  attributes.some((one) => one.name === name)

export interface Sdp {
  readonly attributes: readonly SdpAttribute[]
  readonly sections: readonly SdpSection[]
}

const SECTIONS_MAX = 32
const LINES_MAX = 4000

const malformed = (detail: string): Fault => new Fault('sdp_malformed', { detail })

function attributeOf(line: string): SdpAttribute {
  const colon = line.indexOf(':')
  return colon < 0
    ? { name: line.slice(2), value: '' }
    : { name: line.slice(2, colon), value: line.slice(colon + 1).trim() }
}

function sectionOf(line: string): SdpSection & { attributes: SdpAttribute[] } {
  const [, kind, port, protocol = '', rest = ''] =
    /^m=(\w+) (\d{1,5})(?:\/\d+)? (\S+)((?: \S+)*)$/.exec(line) ?? []
  if (kind === undefined || port === undefined) throw malformed('a media line is malformed')
  const formats = rest.trim()
  const payloadTypes = formats.split(' ').map(Number).filter(Number.isInteger)
  return { kind, port: Number(port), protocol, formats, payloadTypes, attributes: [] }
}

/** @throws Fault `sdp_malformed` for what is no session description */
export function parseSdp(text: string): Sdp {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  if (lines[0] !== 'v=0') throw malformed('a session description starts with v=0')
  if (lines.length > LINES_MAX) throw malformed('too many lines')
  const attributes: SdpAttribute[] = []
  const sections: (SdpSection & { attributes: SdpAttribute[] })[] = []
  for (const line of lines) {
    if (!/^[a-z]=/.test(line)) throw malformed('a line has no type')
    if (line.startsWith('m=')) sections.push(sectionOf(line))
    else if (line.startsWith('a=')) (sections.at(-1)?.attributes ?? attributes).push(attributeOf(line))
  }
  if (sections.length === 0) throw malformed('there is no media section')
  if (sections.length > SECTIONS_MAX) throw malformed('too many media sections')
  return { attributes, sections }
}

/** The value of an attribute in the section or, for what may stand there, in the session part. */
export function attribute(sdp: Sdp, section: SdpSection, name: string): string | null {
  const own = section.attributes.find((one) => one.name === name)
  return (own ?? sdp.attributes.find((one) => one.name === name))?.value ?? null
}

export const values = (section: SdpSection, name: string): string[] =>
  section.attributes.filter((one) => one.name === name).map((one) => one.value)
