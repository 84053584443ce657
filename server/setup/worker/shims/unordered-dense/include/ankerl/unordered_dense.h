// The three names of ankerl::unordered_dense that mediasoup uses, as the standard library's.
// They are slower to iterate, which the packet path does not do.
#ifndef SHELFCAST_ANKERL_UNORDERED_DENSE_H
#define SHELFCAST_ANKERL_UNORDERED_DENSE_H

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<typename T>
	using hash = std::hash<T>;

	template<typename Key, typename Value, typename Hash = std::hash<Key>>
	using map = std::unordered_map<Key, Value, Hash>;

	template<typename Key, typename Hash = std::hash<Key>>
	using set = std::unordered_set<Key, Hash>;
} // namespace ankerl::unordered_dense

#endif
