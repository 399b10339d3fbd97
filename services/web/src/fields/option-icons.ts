/* Icons of options that are events: what happened is seen before it is read. */
import type { ComponentType } from 'react';
import type { SvgIconProps } from '@mui/material';
import Ban from '@mui/icons-material/BlockOutlined';
import In from '@mui/icons-material/LoginOutlined';
import Letter from '@mui/icons-material/MailOutlined';
import Link from '@mui/icons-material/LinkOutlined';
import Lock from '@mui/icons-material/LockOutlined';
import Out from '@mui/icons-material/LogoutOutlined';
import Password from '@mui/icons-material/PasswordOutlined';
import Revoked from '@mui/icons-material/RemoveCircleOutlineOutlined';
import Verified from '@mui/icons-material/VerifiedUserOutlined';

const ICONS = { ban: Ban, in: In, letter: Letter, link: Link, lock: Lock, out: Out, password: Password, revoked: Revoked, verified: Verified };
export type OptionIcon = keyof typeof ICONS;

export const optionIcon = (name: OptionIcon): ComponentType<SvgIconProps> => ICONS[name];
