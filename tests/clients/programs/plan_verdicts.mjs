// Chord's own validators over the payloads of a file: one line of issues for each.
import { readFileSync, writeFileSync } from 'node:fs'
import { eventSchemas } from '@chordcommerce/analytics/dist/validators/index.js'

const given = JSON.parse(process.env.GIVEN)
const cases = JSON.parse(readFileSync(given.cases, 'utf8'))
const verdicts = cases.map(({ event, payload }) =>
  eventSchemas[event].flatMap((schema) => {
    const result = schema.safeParse(payload)
    if (result.success) return []
    return result.error.issues.map(({ code, path, received }) => ({ code, path, received }))
  }),
)
writeFileSync(given.verdicts, JSON.stringify({ events: Object.keys(eventSchemas), verdicts }))
