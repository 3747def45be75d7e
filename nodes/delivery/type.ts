import type { GenericValue, IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

import { shown } from '../provider/comparing';
import { bodyParameterTypes } from '../provider/field-types';
import type { CustomField } from './settings';

/** A field that could not be typed: it is null in the item, and here is what arrived and what is wrong with it. */
export interface Issue {
	field: string;
	value: GenericValue;
	problem: string;
}

export interface TypedCall<Call> {
	call: Call;
	issues: Issue[];
}

/**
 * Types the fields of a delivery by the provider's schema and the user's own fields (QCall guide, "Body Parameter
 * fields"). Never fails: a field that cannot be typed is null and has an issue.
 */
export function typeFields<Call extends IDataObject>(
	schema: z.ZodType<Call>,
	fields: IDataObject,
	customFields: readonly CustomField[],
): TypedCall<Call> {
	const custom = typeCustomFields(fields, customFields);
	const sent = { ...fields, ...custom.fields };
	const first = schema.safeParse(sent);
	if (first.success) return { call: first.data, issues: custom.issues };

	const issues = [...custom.issues];
	for (const { path, message } of first.error.issues) {
		const name = String(path[0]);
		issues.push(issue(name, sent[name], message));
		sent[name] = null;
	}
	return { call: schema.parse(sent), issues };
}

function typeCustomFields(fields: IDataObject, rows: readonly CustomField[]) {
	const typed: IDataObject = {};
	const issues: Issue[] = [];
	for (const { name, type, required } of rows) {
		const arrived = Object.hasOwn(fields, name) ? fields[name] : undefined;
		const parsed = bodyParameterTypes[type].safeParse(arrived);
		if (!parsed.success) {
			for (const { message } of parsed.error.issues) issues.push(issue(name, arrived, message));
			typed[name] = null;
		} else if (parsed.data !== null) {
			typed[name] = parsed.data;
		}
		if (parsed.success && parsed.data === null && required) {
			issues.push(issue(name, arrived, 'required, but empty'));
		}
	}
	return { fields: typed, issues };
}

/** More than a call has fields, and few enough for whoever reads them. */
const MAX_ISSUES = 100;

/** Issues as an item has them: a sender can make as many as fit into a body, so what is beyond is counted in the last one. */
export function boundedIssues(issues: readonly Issue[]): Issue[] {
	if (issues.length <= MAX_ISSUES) return [...issues];
	const beyond = issues.length - MAX_ISSUES;
	return [...issues.slice(0, MAX_ISSUES), { field: '', value: beyond, problem: `${beyond} more fields have issues` }];
}

/** An answer is to be no longer than a few kilobytes. */
const SHOWN = { issues: 10, ofAName: 60, ofAValue: 80 };

/** Issues as an answer shows them: few and short. */
export function shownIssues(issues: readonly Issue[]): Issue[] {
	return issues.slice(0, SHOWN.issues).map(({ field, value, problem }) => ({
		field: shown(field, SHOWN.ofAName),
		value: shown(value, SHOWN.ofAValue),
		problem,
	}));
}

function issue(field: string, value: IDataObject[string], problem: string): Issue {
	// JSON has no Infinity: as text it still tells what arrived.
	if (typeof value === 'number' && !Number.isFinite(value)) return { field, value: String(value), problem };
	return { field, value: value ?? null, problem };
}
