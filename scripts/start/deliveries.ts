import { z } from 'zod';

import { type Answer, deliver, type Delivery, type N8n } from '../../host';
import { callScalerCall, qCallCall } from '../../host/simulators';
import type { FirstLook } from './first-look';

export interface Row {
	trigger: string;
	delivery: string;
	/** Status and verdict, as they must be. */
	expected: string;
	/** Status and verdict, as they were. */
	actual: string;
	/** The answer's own words. */
	message: string;
	problem?: string;
}

export interface Result {
	rows: Row[];
	/** The item that arrived in the workflow. */
	item: Record<string, unknown> | undefined;
}

interface Step {
	delivery: string;
	expected: string;
	startsExecution: boolean;
	send: Delivery;
}

const body = z.object({ status: z.string(), message: z.string().default(''), execution_id: z.string().optional() });

const ACCEPTED = '200 accepted';

function steps(sent: { call: object; excluded: object }, right: Delivery, wrong: Delivery): Step[] {
	return [
		{ delivery: 'a call', expected: ACCEPTED, startsExecution: true, send: { ...right, json: sent.call } },
		{
			delivery: 'the same call again',
			expected: '200 duplicate',
			startsExecution: false,
			send: { ...right, json: sent.call },
		},
		{
			delivery: 'a call that the filter excludes',
			expected: '200 ignored',
			startsExecution: false,
			send: { ...right, json: sent.excluded },
		},
		{
			delivery: 'a call with a wrong secret',
			expected: '401 rejected',
			startsExecution: false,
			send: { ...wrong, json: sent.call },
		},
	];
}

function verdictOf(answer: Answer): { actual: string; message: string; executionId?: string } {
	const read = body.safeParse(answer.json);
	if (!read.success) return { actual: String(answer.status), message: answer.text };
	const { status, message, execution_id: executionId } = read.data;
	return { actual: `${answer.status} ${status}`, message, executionId };
}

async function deliverSteps(n8n: N8n, look: FirstLook, all: Step[]): Promise<Result> {
	const rows: Row[] = [];
	let item: Result['item'];
	for (const { delivery, expected, startsExecution, send } of all) {
		const before = await n8n.executions.settled(look.workflow.id);
		const { actual, message, executionId } = verdictOf(await deliver(look.url, send));
		const after = await n8n.executions.settled(look.workflow.id);
		const started = after.length - before.length;
		const problems = [];
		if (actual !== expected) problems.push(`should be ${expected}`);
		if (started !== (startsExecution ? 1 : 0)) problems.push(`started ${started} executions`);
		if (executionId) item = (await n8n.executions.get(executionId)).items(look.triggerName)[0];
		rows.push({
			trigger: look.triggerName,
			delivery,
			expected,
			actual,
			message,
			...(problems.length > 0 ? { problem: problems.join(', ') } : {}),
		});
	}
	return { rows, item };
}

/** The guide's call, with an id of this run: a kept n8n remembers those of earlier runs. */
export async function deliverQCall(n8n: N8n, look: FirstLook): Promise<Result> {
	return await deliverSteps(
		n8n,
		look,
		steps(
			{ call: qCallCall(), excluded: qCallCall({ call_duration: 4 }) },
			{ headers: { Authorization: `Bearer ${look.secret}` } },
			{ headers: { Authorization: 'Bearer not-the-secret' } },
		),
	);
}

export async function deliverCallScaler(n8n: N8n, look: FirstLook): Promise<Result> {
	return await deliverSteps(
		n8n,
		look,
		steps(
			{ call: callScalerCall(), excluded: callScalerCall({ qualified_ai: false }) },
			{ headers: { 'X-Webhook-Secret': look.secret } },
			{ headers: { 'X-Webhook-Secret': 'not-the-secret' } },
		),
	);
}
