// What several tools of one session share: readers that ask for many things of one moment in one call.
import { createContainerServiceReader, type ReadContainerService } from './container-service.ts';
import { createGroupReader, type ReadGroup } from './group.ts';
import type { AwsSession } from './session.ts';

export interface Readers {
  group: ReadGroup;
  containerService: ReadContainerService;
}

export function createReaders(session: AwsSession): Readers {
  return { group: createGroupReader(session), containerService: createContainerServiceReader(session) };
}
