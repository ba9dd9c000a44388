import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { showsSecret } from '@gild/service-edge';
import type { Request } from 'express';
import { API_TOKEN } from '../tokens.js';
import { isLocal } from './local-connections.js';

/**
 * Lets a request pass that shows the API token (`Authorization: Bearer …`, RFC 6750). Connections of a unix socket are
 * guarded by its file mode; health is open to everybody, and so is joining, which wants a token of its own.
 */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(@Inject(API_TOKEN) private readonly token: { value: string }) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (isLocal(request.socket) || isOpen(request)) return true;
    if (showsSecret(request.headers.authorization, this.token.value)) return true;
    throw new UnauthorizedException(
      'a valid API token is needed: set GILD_TOKEN, or send Authorization: Bearer <token>',
    );
  }
}

const isOpen = ({ method, path }: Request): boolean =>
  path.startsWith('/health/') || (method === 'POST' && path === '/v1/agents/join');
