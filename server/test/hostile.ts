import type { z } from 'zod'

type Schema = z.core.JSONSchema.BaseSchema | boolean

/**
 * A value of a JSON Schema in which every free text is `text`, as far as its length allows. What is no text has its
 * least value; a text of a pattern or a format is given the hostile one all the same, to be refused.
 */
export function hostileSample(schema: Schema, text: string): unknown {
  if (typeof schema === 'boolean') return text
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const some = schema.anyOf ?? schema.oneOf
  if (some)
    return hostileSample(some.find((one) => typeof one === 'object' && one.type !== 'null') ?? true, text)
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, of]) => [
        name,
        hostileSample(of, text),
      ])
      const rest =
        typeof schema.additionalProperties === 'object' ? { [text.slice(0, 40)]: text.slice(0, 80) } : {}
      return { ...Object.fromEntries(fields), ...rest }
    }
    case 'array':
      return typeof schema.items === 'object' && !Array.isArray(schema.items)
        ? [hostileSample(schema.items, text)]
        : []
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return text.slice(0, schema.maxLength ?? text.length)
  }
}
