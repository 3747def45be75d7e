import type { GenericValue, IDataObject } from 'n8n-workflow';

/** Deeper than any call's data, and well within what n8n can store. */
export const MAX_DEPTH = 32;

/**
 * Names that mean something to JavaScript objects: a field of such a name gets one more `_`. So does one that has some
 * already, lest two fields become one.
 */
const DANGEROUS_NAME = /^(?:__proto__|constructor|prototype)_*$/;

/** Undefined where it is none: a list, a text, nothing. */
export function asObject(body: unknown): IDataObject | undefined {
	return isObject(body) ? body : undefined;
}

export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The same fields, safe for whatever comes behind: no name that reaches an object's prototype (`__proto__` becomes
 * `__proto___`), nothing nested deeper than n8n can store. Nearly all are safe as they are, and not copied.
 */
export function harmlessFields(fields: IDataObject): IDataObject {
	if (isHarmless(fields, 0)) return fields;
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [harmlessName(name), harmlessValue(value, 1)]),
	);
}

function isHarmless(value: unknown, depth: number): boolean {
	if (isObject(value)) {
		const isHarmlessField = (name: string) => !DANGEROUS_NAME.test(name) && isHarmless(value[name], depth + 1);
		return depth <= MAX_DEPTH && Object.keys(value).every(isHarmlessField);
	}
	if (Array.isArray(value)) return depth <= MAX_DEPTH && value.every((entry) => isHarmless(entry, depth + 1));
	return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function harmlessName(name: string): string {
	return DANGEROUS_NAME.test(name) ? `${name}_` : name;
}

function harmlessValue(value: unknown, depth: number): GenericValue {
	switch (typeof value) {
		case 'object':
			if (value === null) return null;
			if (depth > MAX_DEPTH) return `(nested more than ${MAX_DEPTH} levels deep)`;
			if (Array.isArray(value)) return value.map((entry) => harmlessValue(entry, depth + 1));
			return Object.fromEntries(
				Object.entries(value).map(([name, entry]) => [harmlessName(name), harmlessValue(entry, depth + 1)]),
			);
		case 'string':
		case 'number':
		case 'boolean':
			return value;
		default:
			return null;
	}
}
