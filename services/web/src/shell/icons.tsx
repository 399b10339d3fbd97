/* The client's icon set: names a module may use in its metadata. An unknown name gets the plain one. */
import type { ComponentType } from 'react';
import type { SvgIconProps } from '@mui/material';
import Access from '@mui/icons-material/HistoryOutlined';
import Account from '@mui/icons-material/BusinessOutlined';
import Badge from '@mui/icons-material/BadgeOutlined';
import Calendar from '@mui/icons-material/CalendarTodayOutlined';
import Call from '@mui/icons-material/CallOutlined';
import Campaign from '@mui/icons-material/CampaignOutlined';
import Chat from '@mui/icons-material/ChatBubbleOutline';
import Contact from '@mui/icons-material/ContactsOutlined';
import Deal from '@mui/icons-material/HandshakeOutlined';
import Devices from '@mui/icons-material/DevicesOutlined';
import Document from '@mui/icons-material/DescriptionOutlined';
import Help from '@mui/icons-material/HelpOutline';
import Groups from '@mui/icons-material/GroupsOutlined';
import Invoice from '@mui/icons-material/ReceiptLongOutlined';
import Key from '@mui/icons-material/KeyOutlined';
import Lead from '@mui/icons-material/PersonAddAltOutlined';
import Lock from '@mui/icons-material/LockOutlined';
import Mail from '@mui/icons-material/MailOutlined';
import Member from '@mui/icons-material/GroupAddOutlined';
import Money from '@mui/icons-material/PaymentsOutlined';
import Note from '@mui/icons-material/StickyNote2Outlined';
import Order from '@mui/icons-material/ShoppingCartOutlined';
import People from '@mui/icons-material/GroupOutlined';
import Person from '@mui/icons-material/PersonOutlined';
import Plain from '@mui/icons-material/ListAltOutlined';
import Product from '@mui/icons-material/Inventory2Outlined';
import Quote from '@mui/icons-material/RequestQuoteOutlined';
import Report from '@mui/icons-material/BarChartOutlined';
import Rule from '@mui/icons-material/AltRouteOutlined';
import Settings from '@mui/icons-material/SettingsOutlined';
import Share from '@mui/icons-material/ShareOutlined';
import Support from '@mui/icons-material/SupportAgentOutlined';
import Task from '@mui/icons-material/TaskAltOutlined';
import Tree from '@mui/icons-material/AccountTreeOutlined';

const ICONS: Record<string, ComponentType<SvgIconProps>> = {
  account: Account, badge: Badge, calendar: Calendar, call: Call, campaign: Campaign, case: Support, chat: Chat, contact: Contact,
  deal: Deal, devices: Devices, document: Document, group: Groups, help: Help, history: Access, invoice: Invoice, key: Key, lead: Lead, lock: Lock,
  mail: Mail, meeting: Calendar, member: Member, money: Money, note: Note,
  opportunity: Deal, order: Order, payment: Money, people: People, person: Person, product: Product, quote: Quote,
  report: Report, rule: Rule, settings: Settings, share: Share, task: Task, tree: Tree,
};

export function ModuleIcon({ name, ...props }: SvgIconProps & { name: string | undefined }) {
  const Icon = ICONS[name ?? ''] ?? Plain;
  return <Icon {...props} />;
}
