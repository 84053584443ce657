import { contracts } from '@shelfcast/shared/api/all.ts'
import { openApiDocument } from '../edge/http/openapi.ts'

/** Files that are made from code, for `npm run golden`: path to content, as JSON on stdout. */
const files = {
  'shared/api/openapi.json': `${JSON.stringify(openApiDocument(contracts), null, 2)}\n`,
}
console.log(JSON.stringify(files))
