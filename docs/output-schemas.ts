/** The JSON schemas of what the triggers put out by default, which n8n serves: made from the zod schemas. */
import { join } from 'node:path';
import { z } from 'zod/v4';

import { ROOT } from '../lib/paths';
import { callScalerSchema } from '../nodes/CallScaler/payload';
import { qCallSchema } from '../nodes/QCall/payload';

/** The newest version of both nodes. */
export const NODE_VERSION = 2;

/** Where n8n looks for the schema of a node: beside its file (docs/n8n.md, 29). */
const fileOf = (folder: string) => join(ROOT, 'nodes', folder, '__schema__', `v${NODE_VERSION}.0.0`, 'output.json');

export const OUTPUT_SCHEMAS = {
	CallScaler: { file: fileOf('CallScaler'), payload: callScalerSchema },
	QCall: { file: fileOf('QCall'), payload: qCallSchema },
};

/** Of an item with the output Fields. Draft 7, as n8n's own nodes have it. */
export const outputSchemaOf = (payload: z.ZodType) =>
	z.toJSONSchema(payload, { io: 'output', unrepresentable: 'any', target: 'draft-7' });
