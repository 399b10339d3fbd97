/* The client's icon set: names a module may use in its metadata. An unknown name gets the plain one. */
import type { ComponentType } from 'react';
import type { SvgIconProps } from '@mui/material';
import Account from '@mui/icons-material/BusinessOutlined';
import Calendar from '@mui/icons-material/CalendarTodayOutlined';
import Call from '@mui/icons-material/CallOutlined';
import Campaign from '@mui/icons-material/CampaignOutlined';
import Chat from '@mui/icons-material/ChatBubbleOutline';
import Contact from '@mui/icons-material/ContactsOutlined';
import Deal from '@mui/icons-material/HandshakeOutlined';
import Document from '@mui/icons-material/DescriptionOutlined';
import Invoice from '@mui/icons-material/ReceiptLongOutlined';
import Lead from '@mui/icons-material/PersonAddAltOutlined';
import Mail from '@mui/icons-material/MailOutlined';
import Money from '@mui/icons-material/PaymentsOutlined';
import Note from '@mui/icons-material/StickyNote2Outlined';
import Order from '@mui/icons-material/ShoppingCartOutlined';
import People from '@mui/icons-material/GroupOutlined';
import Person from '@mui/icons-material/PersonOutlined';
import Plain from '@mui/icons-material/ListAltOutlined';
import Product from '@mui/icons-material/Inventory2Outlined';
import Quote from '@mui/icons-material/RequestQuoteOutlined';
import Report from '@mui/icons-material/BarChartOutlined';
import Support from '@mui/icons-material/SupportAgentOutlined';
import Task from '@mui/icons-material/TaskAltOutlined';

const ICONS: Record<string, ComponentType<SvgIconProps>> = {
  account: Account, calendar: Calendar, call: Call, campaign: Campaign, case: Support, chat: Chat, contact: Contact,
  deal: Deal, document: Document, invoice: Invoice, lead: Lead, mail: Mail, meeting: Calendar, money: Money, note: Note,
  opportunity: Deal, order: Order, payment: Money, people: People, person: Person, product: Product, quote: Quote,
  report: Report, task: Task,
};

export function ModuleIcon({ name, ...props }: SvgIconProps & { name: string | undefined }) {
  const Icon = ICONS[name ?? ''] ?? Plain;
  return <Icon {...props} />;
}
