import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	deliver,
	type N8n,
	node,
	qCallCredential,
	qCallTrigger,
	type StoredWorkflow,
	type WorkflowDefinition,
	workflowOf,
} from '../../../host';
import postCall from '../../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../../host/simulators/payloads/qcall-end-of-call.json';
import { BUILD } from '../../../lib/paths';
import { SERVICE_PACKAGES, type ServicePackage } from '../../../packages/packages';
import { tarballOf } from '../../../packages/stage';

const SECRET = 'correct-horse-battery-staple';
const NEXT_STEP = 'Next step';

const SERVICES: Record<
	string,
	{ trigger: typeof qCallTrigger; credential: typeof qCallCredential; header: string; call: object }
> = {
	QCall: { trigger: qCallTrigger, credential: qCallCredential, header: 'Authorization', call: endOfCall },
	CallScaler: {
		trigger: callScalerTrigger,
		credential: callScalerCredential,
		header: 'X-Webhook-Secret',
		call: postCall,
	},
};

const serviceOf = ({ service }: ServicePackage) => {
	const found = SERVICES[service];
	if (!found) throw new Error(`There is nothing to send from ${service}.`);
	return found;
};

describe.each(SERVICE_PACKAGES.map((each) => [each.name, each] as const))('%s in n8n', (name, each) => {
	const { trigger: triggerOf, credential: credentialOf, header, call } = serviceOf(each);
	let n8n: N8n;
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		n8n = await boot({ editor: true, tarball: tarballOf(each) });
		const credential = await n8n.credentials.create(credentialOf(SECRET));
		const ours = triggerOf({ credential });
		const trigger = { ...ours, type: ours.type.replace('n8n-nodes-post-call', name) };
		workflow = await n8n.workflows.create(workflowOf(trigger, node('n8n-nodes-base.noOp', 1, NEXT_STEP)));
		await n8n.workflows.activate(workflow.id);
	});
	afterAll(async () => {
		await n8n.stop();
	});

	const send = async (carried: string) =>
		await deliver(n8n.productionUrl(workflow), { headers: { [header]: carried }, json: call });

	test('starts the workflow for a call, once', async () => {
		expect((await send(SECRET)).json).toMatchObject({ status: 'accepted' });
		expect((await send(SECRET)).json).toMatchObject({ status: 'duplicate' });
		const [execution, ...more] = await n8n.executions.settled(workflow.id);
		expect(more).toEqual([]);
		const { items } = await n8n.executions.get(execution?.id ?? '');
		expect(items(NEXT_STEP)).toEqual([call]);
	});

	test('lets nobody in without the secret', async () => {
		const answer = await send('another secret');
		expect(answer.status).toBe(401);
		expect(answer.json).toMatchObject({ status: 'rejected' });
	});

	test('has its service alone, and the schema of its items', async () => {
		const typeOf = (trigger: typeof qCallTrigger) => trigger().type.replace('n8n-nodes-post-call', name);
		const ask = async (type: string) =>
			await n8n.request('POST', '/rest/node-types', { nodeInfos: [{ name: type, version: 2 }] });
		for (const { trigger } of Object.values(SERVICES)) {
			const asked = expect(ask(typeOf(trigger)));
			if (trigger === triggerOf) await asked.resolves.toHaveLength(1);
			else await asked.rejects.toThrow('Unrecognized node type');
		}
		const schema = await fetch(`${n8n.url}/schemas/${typeOf(triggerOf)}/2.0.0/output.json`);
		expect(schema.status).toBe(200);
	});

	const examples = join(BUILD, 'packages', name, 'examples');
	const readExample = (file: string): WorkflowDefinition => JSON.parse(readFileSync(join(examples, file), 'utf8'));

	test('the workflows that its README links are those that are packed', () => {
		const readme = readFileSync(join(examples, '..', 'README.md'), 'utf8');
		const linked = [...readme.matchAll(/^\[[\w-]+\]:\s+\S+\/examples\/(\S+)$/gm)].map(([, file]) => file);
		expect(linked.sort()).toEqual(readdirSync(examples));
		expect(linked.length).toBeGreaterThan(0);
	});

	test('each is a workflow that this n8n can start, whose nodes it knows and whose notes lead to no other README', async () => {
		const own = `${name}.${workflow.nodes[0]?.type.split('.').at(-1) ?? ''}`;
		for (const file of readdirSync(examples)) {
			const example = readExample(file);
			const nodeInfos = example.nodes.map(({ type, typeVersion }) => ({ name: type, version: typeVersion }));
			await expect(n8n.request('POST', '/rest/node-types', { nodeInfos })).resolves.toHaveLength(nodeInfos.length);

			const triggers = example.nodes.filter(({ type }) => type.endsWith('Trigger'));
			expect([[own], ['n8n-nodes-base.errorTrigger']]).toContainEqual(triggers.map(({ type }) => type));
			const addresses = JSON.stringify(example).match(/https:\/\/www\.npmjs\.com\/[^)\s]+/g) ?? [];
			const setUp = `https://www.npmjs.com/package/${name}#set-up-${each.service.toLowerCase()}`;
			expect(addresses.filter((address) => address !== setUp)).toEqual([]);

			const imported = await n8n.workflows.create(example);
			expect(imported.nodes).toHaveLength(example.nodes.length);
			const open = triggers.map((trigger) => ({
				...trigger,
				parameters: { ...trigger.parameters, authentication: 'none' },
			}));
			const { id } = await n8n.workflows.create({ ...example, nodes: open, connections: {} });
			expect(await n8n.workflows.activate(id)).toMatchObject({ active: true });
		}
	});
});
