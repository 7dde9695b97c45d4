/** Events as versions of before `RunEvent` wrote them. */
import { bestFixedLabel } from '../../core/evaluation-labels.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { EventKind } from '../../core/run-events.ts'

/** Kinds that are one of today's under another name. */
export const olderNames: Readonly<Record<string, EventKind>> = { [bestFixedLabel]: 'fixed-workflows' }

/** The fields that an event of this kind has today. */
export function fieldsOf(kind: EventKind, data: Json): JsonObject {
  const fields = data as JsonObject
  switch (kind) {
    case 'fixed-workflows':
      return Array.isArray(data)
        ? { workflows: data.map((workflow) => completeWorkflow(workflow as JsonObject)) }
        : fields
    case 'collected':
      return 'collection' in fields ? fields : { collection: fields }
    case 'finding': {
      const { version: _, ...change } = fields
      return change
    }
    default:
      return fields
  }
}

/** The first version recorded the best of each type alone, without reward and calls. */
function completeWorkflow(workflow: JsonObject): JsonObject {
  return { label: bestFixedLabel, reward: null, calls: null, ...workflow }
}
