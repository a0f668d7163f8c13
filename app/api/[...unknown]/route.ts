import { AppError } from '#lib/base/errors.ts';
import { guarded } from '#lib/http/endpoint.ts';

const unknown = guarded('unknown', () => {
  throw new AppError('request.not_found', 'There is nothing at this address. /docs lists what there is.');
});

export {
  unknown as GET,
  unknown as HEAD,
  unknown as POST,
  unknown as PUT,
  unknown as PATCH,
  unknown as DELETE,
  unknown as OPTIONS,
};
