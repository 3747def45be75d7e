import { randomBytes } from 'node:crypto';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	node,
	qCallTrigger,
	type StoredWorkflow,
	workflowOf,
} from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { documentedAnswer } from './answer';
import { isFields, wrongInItem } from './arrived';
import { describeHostile, type Ground } from './properties';
import { CAUSES_OF_N8N, refusalsOf, WORDS_OF_N8N } from './refusals';
import { sendHostile, tellOf } from './request';
import type { Case } from './requests';
import { HEADER_OF_THE_SECRET, parametersOf, type Setup, type SetupName, setupOf, SETUPS } from './setups';

/** A whole n8n with a workflow for each setup, which must outlive all of this without a word of it in its log. */
let n8n: N8n;
let probe: Probe;
let prototypesBefore: string[];

interface Deployed {
	workflow: StoredWorkflow;
	url: string;
	/** What was answered as accepted, in this order: n8n numbers its executions in the same one. */
	accepted: Case[];
}
const deployed = new Map<SetupName, Deployed>();

function deployedFor(setup: SetupName): Deployed {
	const found = deployed.get(setup);
	if (!found) throw new Error(`There is no workflow for ${setup}.`);
	return found;
}

const NAMES = Object.keys(SETUPS).filter((name): name is SetupName => name in SETUPS);
const TRIGGERS: Record<Setup['provider'], string> = { qCall: 'QCall Trigger', callScaler: 'CallScaler Trigger' };
const BEHIND = 'Behind';

/** n8n makes an isolate for each request, which takes longer than all else, whether or not an expression needs it. */
const ONLY_NEEDED_ISOLATES = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

async function openN8n(): Promise<Ground> {
	const secret = randomBytes(24).toString('hex');
	probe = await openProbe();
	n8n = await boot({ env: { ...probe.env, ...ONLY_NEEDED_ISOLATES } });
	const credential = await n8n.credentials.create(callScalerCredential(secret, { headerName: HEADER_OF_THE_SECRET }));
	for (const name of NAMES) {
		const setup = setupOf(name);
		const make = setup.provider === 'qCall' ? qCallTrigger : callScalerTrigger;
		const options = setup.isAuthenticated ? { credential } : {};
		const trigger = make({ ...options, parameters: parametersOf(setup) });
		const definition = workflowOf(trigger, node('n8n-nodes-base.noOp', 1, BEHIND));
		// What is rejected would be held by executions that fail, which is tried elsewhere.
		const settings = { ...definition.settings, saveDataErrorExecution: 'none' };
		const { id } = await n8n.workflows.create({ ...definition, settings });
		const workflow = await n8n.workflows.activate(id);
		deployed.set(name, { workflow, url: n8n.productionUrl(workflow), accepted: [] });
	}
	prototypesBefore = await probe.prototypes();
	return {
		secret,
		send: async (request) => await sendHostile(deployedFor(request.setup).url, request),
		isRefused: (request, { status, text }) => {
			if (!refusalsOf(request).includes(status)) return false;
			const body: unknown = JSON.parse(text);
			return isFields(body) && body.message === WORDS_OF_N8N[status];
		},
		look: (each, answer) => {
			const said = documentedAnswer(answer);
			if (said.status === 'accepted') deployedFor(each.request.setup).accepted.push(each);
			return said;
		},
		close: async () => await n8n.stop(),
	};
}

describeHostile('n8n', openN8n);

describe('in the end', () => {
	it.each(NAMES)('each delivery that was accepted has one execution, with all that was sent: %s', async (name) => {
		const { workflow, accepted } = deployedFor(name);
		const executions = await n8n.executions.settled(workflow.id);
		const inOrder = [...executions].sort((one, other) => Number(one.id) - Number(other.id));
		expect(inOrder.map(({ status }) => status)).toEqual(accepted.map(() => 'success'));

		for (const [position, { request, fields }] of accepted.entries()) {
			const { items, nodesRun } = await n8n.executions.get(inOrder[position]?.id ?? '');
			expect(nodesRun).toContain(BEHIND);
			const [item, ...more] = items(TRIGGERS[setupOf(name).provider]);
			if (item === undefined || more.length > 0) throw new Error(`No one item of ${tellOf(request)}`);
			const wrong = fields === undefined ? [] : wrongInItem(name, item, fields);
			if (wrong.length > 0) throw new Error(`${wrong.join()} of ${tellOf(request)}`);
		}
	});

	it('no prototype is polluted', async () => {
		expect(await probe.prototypes()).toEqual(prototypesBefore);
	});

	it('the log has nothing but what n8n says of bodies that it cannot read', () => {
		const ofBodies = new RegExp([...Object.values(WORDS_OF_N8N), ...CAUSES_OF_N8N].join('|'));
		const lines = n8n.log().split('\n');
		// Where n8n shows the stack of an error of its own, its frames are no errors; a frame of this package would be one.
		const isFrame = (line: string) => /^\s+at /.test(line);
		const exceptions = lines.filter((line) => /\b\w*(Error|Exception)\b|unhandled|uncaught/i.test(line));
		expect(lines.filter((line) => isFrame(line) && line.includes('n8n-nodes-post-call'))).toEqual([]);
		expect(exceptions.filter((line) => !isFrame(line) && !ofBodies.test(line))).toEqual([]);
	});
});
