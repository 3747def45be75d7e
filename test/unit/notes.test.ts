import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { ROOT } from '../../lib/paths';
import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';

const FOLDER = join(ROOT, 'examples');
const page = readFileSync(join(ROOT, 'docs', 'catching-up.md'), 'utf8');

const namesIn = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
const between = (start: string, end: string) => page.slice(page.indexOf(start) + start.length).split(end)[0] ?? '';

/** Of each trigger which fields a filter looks at, and whether the provider's API tells a field, as docs/catching-up.md has it. */
const TRIGGERS = new Map([
	[
		'callScalerTrigger',
		{
			filters: callScaler.filters.map(({ parameter, fields }) => ({ parameter, fields: fields.map(String) })),
			isTold: (field: string) => !namesIn(between('<!-- null -->', '<!-- end of null -->')).includes(field),
		},
	],
	[
		'qCallTrigger',
		{
			filters: qCall.filters.map(({ parameter, fields }) => ({ parameter, fields: fields.map(String) })),
			isTold: (field: string) => namesIn(between('### What comes back from QCall', '**What the AI')).includes(field),
		},
	],
]);

const workflow = z.object({
	nodes: z.array(
		z.object({
			type: z.string(),
			parameters: z.object({
				content: z.string().optional(),
				filters: z.record(z.unknown()).optional(),
				conditions: z.object({ rows: z.array(z.object({ field: z.string() })).optional() }).optional(),
			}),
		}),
	),
});

/** The fields that a recipe's triggers go by and that a call lacks where it was caught up: it is let through then. */
function goneByBlindly(nodes: z.infer<typeof workflow>['nodes']): string[] {
	return nodes.flatMap(({ type, parameters: { filters = {}, conditions } }) => {
		const trigger = TRIGGERS.get(type.split('.')[1] ?? '');
		if (trigger === undefined) return [];
		const looked = trigger.filters.filter(({ parameter }) => parameter in filters).flatMap(({ fields }) => fields);
		const rows = conditions?.rows?.map(({ field }) => field) ?? [];
		return [...looked, ...rows].filter((field) => !trigger.isTold(field));
	});
}

const recipes = readdirSync(FOLDER).map((file) => {
	const { nodes } = workflow.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
	const notes = nodes
		.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
		.map(({ parameters }) => parameters.content ?? '');
	const [note = ''] = notes;
	return { file, note, notes: notes.length, lacking: goneByBlindly(nodes) };
});

test('some recipes go by a field that a caught-up call lacks', () => {
	expect(recipes.flatMap(({ lacking }) => lacking)).toEqual(['gclid', 'email_address', 'call_outcome']);
});

test.each(recipes)('$file says what catching up would bring where its filters are blind to it', ({ note, lacking }) => {
	if (lacking.length > 0) expect(note).toContain('*Catch Up on Undelivered Calls*');
});

test.each(recipes)('$file has a note with a plain heading, and on pinned data', ({ note, notes }) => {
	expect(notes).toBe(1);
	// What it does, as one would say it, rather than which node leads to which.
	expect(note).toMatch(/^## (?:Add|Answer|Look up|Post|Save|Send|Update) [^\n]+\n/);
	expect(note).toMatch(/pinned example (?:call|alert) does not affect production/);
});
