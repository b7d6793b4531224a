export * from './owned-documents.ts';
export * from './switch-projection.ts';
