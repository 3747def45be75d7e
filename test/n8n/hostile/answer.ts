import { z } from 'zod';

import type { HostileAnswer } from './request';

const common = { message: z.string().min(20), request_id: z.string().uuid() };
const since = z.string().datetime();

/** Every answer of a trigger, as docs/answers.md documents them, but for `failed`: n8n itself is well here. */
const documented = z.discriminatedUnion('status', [
	z
		.object({
			...common,
			status: z.literal('accepted'),
			success: z.literal(true),
			// Where n8n runs executions in other processes there is none.
			execution_id: z.string().optional(),
		})
		.strict(),
	z.object({ ...common, status: z.literal('ignored'), success: z.literal(true) }).strict(),
	z
		.object({
			...common,
			status: z.literal('duplicate'),
			success: z.literal(true),
			accepted_at: since,
			dedupe_key: z.string(),
		})
		.strict(),
	z
		.object({
			...common,
			status: z.literal('in_progress'),
			success: z.literal(false),
			received_at: since,
			dedupe_key: z.string(),
		})
		.strict(),
	z
		.object({
			...common,
			status: z.literal('rejected'),
			success: z.literal(false),
			issues: z.array(z.object({ field: z.string(), value: z.string(), problem: z.string() }).strict()).optional(),
			// Of the execution that holds a call whose fields are rejected.
			execution_id: z.string().optional(),
		})
		.strict(),
]);

export type Documented = z.infer<typeof documented>;

const STATUS: Record<Documented['status'], number[]> = {
	accepted: [200],
	ignored: [200],
	duplicate: [200],
	in_progress: [409],
	rejected: [400, 401, 422],
};

/** Nothing of the inside may show: no stack, no path. */
const INSIDE = /\n\s+at |node_modules|\/dist\/|\.[jt]s:\d+/;
const MAX_LENGTH = 10_000;

/** An answer of a trigger; throws where it is none that is documented. */
export function documentedAnswer({ status, headers, text }: HostileAnswer): Documented {
	const body = documented.parse(JSON.parse(text));
	if (!STATUS[body.status].includes(status)) throw new Error(`${status} for ${body.status}`);
	if (!String(headers['content-type']).startsWith('application/json')) throw new Error('not as JSON');
	if (INSIDE.test(text)) throw new Error(`An answer shows what is inside: ${text}`);
	if (text.length > MAX_LENGTH) throw new Error(`An answer of ${text.length} characters`);
	return body;
}
