export { DemoBadge as default } from '../../kit/ui/demo-badge.tsx'
