import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Domains } from '../domains.ts'
import { draw } from './draw.ts'
import { NAMES } from './lines.ts'
import { productSvg } from './pictures.ts'
import { DEMO_PRODUCTS } from './products.ts'
import { type DemoSignIns, demoSignIns, keepDemoSignIns } from './sign-ins.ts'

const ROLES = ['owner', 'host', 'moderator', 'support'] as const

/**
 * A merchant with people, products and a show, made once. When the demo's show has ended, the next start schedules
 * another one, so that there is always something to go live with.
 */
export async function seedDemo(domains: Domains, dataDir: string): Promise<DemoSignIns> {
  const known = demoSignIns(dataDir)
  if (known && (await stillThere(domains, known))) {
    const show = await domains.shows.find(known.showId)
    if (show && show.status !== 'ended') return known
    const next = { ...known, showId: await makeShow(domains, known.tenantId) }
    keepDemoSignIns(dataDir, next)
    return next
  }
  const demo = await makeDemo(domains)
  keepDemoSignIns(dataDir, demo)
  return demo
}

async function stillThere(domains: Domains, demo: DemoSignIns): Promise<boolean> {
  const login = demo.people[0]?.login
  return login !== undefined && (await domains.accounts.people.findByLogin(login)) !== null
}

async function makeDemo(domains: Domains): Promise<DemoSignIns> {
  const tag = randomBytes(2).toString('hex')
  const makePerson = async (role: string, name: string) => {
    const login = `${role}-${tag}@demo.shelfcast.local`
    const password = randomBytes(9).toString('base64url')
    const person = await domains.accounts.people.signUp({ login, password, name })
    return { role, login, password, personId: person.id }
  }
  const people = await Promise.all([
    makePerson('owner', 'Lin Yue'),
    makePerson('host', 'Mia Chen'),
    makePerson('moderator', 'Sam Park'),
    makePerson('support', 'Ana Silva'),
    makePerson('viewer', 'Noah'),
    makePerson('operator', 'Operator'),
  ])
  const of = (role: string) => people.find((person) => person.role === role)!.personId
  await domains.accounts.people.makeOperator(of('operator'))
  const tenant = await domains.accounts.tenants.create({
    name: '叙光好物 Lumen Goods',
    slug: `lumen-${tag}`,
    currency: 'CNY',
    ownerId: of('owner'),
  })
  for (const role of ROLES) await domains.accounts.tenants.putMember(tenant.id, of(role), role)
  const filmHost = await makePerson('film', '叙光 Lumen · demo')
  await domains.accounts.tenants.putMember(tenant.id, filmHost.personId, 'host')
  const crowd = await Promise.all(NAMES.map((name, i) => makePerson(`crowd-${i}`, name)))
  await makeProducts(domains, tenant.id)
  return {
    tenantId: tenant.id,
    showId: await makeShow(domains, tenant.id),
    ownerId: of('owner'),
    filmHostId: filmHost.personId,
    crowdIds: crowd.map(({ personId }) => personId),
    printed: false,
    people: people.map(({ role, login, password }) => ({ role, login, password })),
  }
}

const PICTURE_PX = 1200

async function makeProducts(domains: Domains, tenantId: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'shelfcast-demo-'))
  try {
    const stills = DEMO_PRODUCTS.flatMap(({ pictures }) => pictures.map(({ still }) => still))
    await draw(folder, Object.fromEntries(stills.map((still) => [still, productSvg(still, PICTURE_PX)])))
    for (const product of DEMO_PRODUCTS) {
      const pictures = []
      for (const { still, alt } of product.pictures) {
        const { id } = await domains.pictures.add(tenantId, await readFile(join(folder, still)))
        pictures.push({ id, alt })
      }
      await domains.products.create(tenantId, { ...product, pictures })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeShow(domains: Domains, tenantId: string): Promise<string> {
  const members = await domains.accounts.tenants.members(tenantId)
  const hostIds = members
    .filter(({ role }) => role === 'host' || role === 'owner')
    .map(({ personId }) => personId)
  const show = await domains.shows.create(tenantId, {
    title: '冬日好物夜 Winter evening picks',
    scheduledAt: null,
    hostIds,
  })
  const { items } = await domains.products.list(tenantId, { limit: 100 })
  const byTitle = new Map(DEMO_PRODUCTS.map((product) => [product.title, product]))
  const onShelf = new Map(items.map(({ id, title }) => [id, byTitle.get(title)]))
  const shelf = await domains.shows.shelf.put(
    tenantId,
    show.id,
    items.map(({ id }) => ({
      productId: id,
      sellingPoint: onShelf.get(id)?.sellingPoint ?? '',
      livePriceMinor: onShelf.get(id)?.livePriceMinor ?? null,
    })),
  )
  for (const { id, productId } of shelf) {
    await domains.shows.shelf.setScript(tenantId, show.id, id, onShelf.get(productId)?.script ?? '')
  }
  return show.id
}
