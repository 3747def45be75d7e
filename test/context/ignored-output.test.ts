import { randomUUID } from 'node:crypto';

import { Trigger } from '../../host/core';
import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';

const secret = randomUUID();
const credential = { headerName: 'X-Webhook-Secret', secret, previousSecret: '' };
const wrong = { headers: { 'x-webhook-secret': randomUUID() }, json: { call_id: 'from-a-stranger' } };

const triggerWith = (options: object, mode?: 'manual', filters = {}) =>
	new Trigger({
		nodeType: new CallScalerTrigger(),
		parameters: { filters, options: { ...options } },
		credential,
		mode,
	});

describe('a delivery with a wrong secret', () => {
	it('ends the listening in the editor, and says there which header did not fit', async () => {
		const trigger = triggerWith({}, 'manual');
		const { answered, result } = await trigger.receive(wrong);
		expect(answered?.status).toBe(401);
		const { output, hints } = await trigger.execute(result.workflowData?.[0] ?? [], '1', 'manual');
		expect(output).toEqual([[]]);
		expect(hints).toMatchObject([
			{ message: expect.stringContaining('The header X-Webhook-Secret arrived, but'), type: 'warning' },
		]);
	});

	it('costs no execution in production', async () => {
		for (const options of [{}, { emitIgnored: true }, { emitRejected: '={{ $json.nothing.here() }}' }]) {
			expect((await triggerWith(options).receive(wrong)).result.workflowData).toBeUndefined();
		}
	});

	it('goes to Ignored where the user wants that, without what was sent, and at most once a minute', async () => {
		const trigger = triggerWith({ emitRejected: true });
		const { result } = await trigger.receive(wrong);
		const { output } = await trigger.execute(result.workflowData?.[0] ?? [], '1');
		expect(output).toMatchObject([
			[],
			[
				{
					json: {
						status: 'rejected',
						reason: expect.stringContaining('X-Webhook-Secret'),
						delivery: { method: 'POST' },
					},
				},
			],
		]);
		expect(JSON.stringify(output)).not.toContain('from-a-stranger');
		expect((await trigger.receive(wrong)).result.workflowData).toBeUndefined();
		expect((await triggerWith({ emitRejected: true }).receive(wrong)).result.workflowData).toBeDefined();
	});
});

describe('a hint in the editor, which n8n renders as HTML', () => {
	const hostile = `<img src="https://example.com/x.png"><a href='https://example.com'>&amp; more</a>`;
	const MARKS = /[<>"']/;

	it('has no value of a call as HTML', async () => {
		const trigger = triggerWith({ emitIgnored: true }, 'manual', { sources: ['google'] });
		const { result } = await trigger.receive({ headers: { 'x-webhook-secret': secret }, json: { source: hostile } });
		const { output, hints } = await trigger.execute(result.workflowData?.[0] ?? [], '1', 'manual');
		const [{ message } = { message: '' }] = hints;
		expect(message).toContain(
			'&lt;img src=&quot;https://example.com/x.png&quot;&gt;&lt;a href=&#39;https://example.com&#39;',
		);
		expect(message).toContain('&amp;amp; more');
		expect(message).not.toMatch(MARKS);
		// An item is no HTML.
		expect(JSON.stringify(output)).toContain('<img src=');
	});

	it('nor one of a setting', async () => {
		const trigger = new Trigger({
			nodeType: new CallScalerTrigger(),
			parameters: {
				filters: { sources: [`${hostile},google`] },
				conditions: { rows: [{ field: hostile, operator: 'isEmpty', value: '' }] },
			},
			credential,
			mode: 'manual',
		});
		const { result } = await trigger.receive({ headers: { 'x-webhook-secret': secret }, json: { source: 'google' } });
		const { hints } = await trigger.execute(result.workflowData?.[0] ?? [], '1', 'manual');
		expect(hints.length).toBeGreaterThan(1);
		expect(hints.map(({ message }) => message).join()).toContain('&lt;img src=');
		for (const { message } of hints) expect(message).not.toMatch(MARKS);
	});
});

describe('a delivery whose secret n8n cannot look up', () => {
	const trigger = (mode?: 'manual') =>
		new Trigger({
			nodeType: new CallScalerTrigger(),
			parameters: { options: { emitIgnored: true, emitRejected: true } },
			credential: new Error('Database is closed'),
			mode,
		});

	it('ends the listening in the editor, and says there why', async () => {
		const { answered, result } = await trigger('manual').receive(wrong);
		expect(answered?.status).toBe(503);
		const { output, hints } = await trigger('manual').execute(result.workflowData?.[0] ?? [], '1', 'manual');
		expect(JSON.stringify(output)).toContain("could not read this trigger's credential");
		expect(hints).toMatchObject([{ message: expect.stringContaining('Send the call again'), type: 'warning' }]);
	});

	it('costs no execution in production', async () => {
		expect((await trigger().receive(wrong)).result.workflowData).toBeUndefined();
	});
});

describe('a call that a filter excludes', () => {
	const excluded = { headers: { 'x-webhook-secret': secret }, json: { call_id: 'a', duration_seconds: 5 } };
	const filters = { minDuration: 60 };

	it('goes nowhere in production, and to Ignored where the user wants that', async () => {
		expect((await triggerWith({}, undefined, filters).receive(excluded)).result.workflowData).toBeUndefined();
		expect(
			(await triggerWith({ emitRejected: true }, undefined, filters).receive(excluded)).result.workflowData,
		).toBeUndefined();
		const trigger = triggerWith({ emitIgnored: true }, undefined, filters);
		const { result } = await trigger.receive(excluded);
		const { output } = await trigger.execute(result.workflowData?.[0] ?? [], '1');
		expect(output).toMatchObject([[], [{ json: { status: 'ignored', call: { call_id: 'a' } } }]]);
	});

	it('ends the listening in the editor, and says there why', async () => {
		const trigger = triggerWith({}, 'manual', filters);
		const { result } = await trigger.receive(excluded);
		const { hints } = await trigger.execute(result.workflowData?.[0] ?? [], '1', 'manual');
		expect(hints).toMatchObject([{ message: expect.stringContaining('Minimum Duration') }]);
	});
});
