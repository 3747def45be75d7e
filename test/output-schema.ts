import Ajv from 'ajv';

import { OUTPUT_SCHEMAS, outputSchemaOf } from '../docs/output-schemas';

const ajv = new Ajv({ allErrors: true });

const validators = {
	CallScaler: ajv.compile(outputSchemaOf(OUTPUT_SCHEMAS.CallScaler.payload)),
	QCall: ajv.compile(outputSchemaOf(OUTPUT_SCHEMAS.QCall.payload)),
};

/** What an item with the default output has that the schema, which n8n serves, does not say; undefined where all is well. */
export function strayFrom(provider: keyof typeof validators, item: unknown): string | undefined {
	const isValid = validators[provider];
	return isValid(item) === true ? undefined : ajv.errorsText(isValid.errors);
}
