// The part of libsrtp 3's API that mediasoup calls, on top of libsrtp 2.
//
// libsrtp 3 makes the policy opaque, takes separate input and output buffers with size_t
// lengths, and renames srtp_remove_stream. The cryptography is libsrtp 2's, untouched.
#ifndef SHELFCAST_SRTP3_OVER_SRTP2_H
#define SHELFCAST_SRTP3_OVER_SRTP2_H

// libsrtp 3 gives this name to a pointer, so libsrtp 2's struct has to step aside.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Codes that only libsrtp 3 has.
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct srtp3_policy
{
	srtp2_policy_t policy{};
	// libsrtp 2 borrows the key until srtp_create() returns.
	std::array<uint8_t, SRTP_MAX_KEY_LEN> key{};
};

using srtp_policy_t = srtp3_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) srtp3_policy;

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (policy)
	{
		// The compiler may drop a memset before a delete; a volatile store it must keep.
		for (volatile uint8_t& byte : policy->key)
		{
			byte = 0;
		}
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

/**
 * For the _32 profile libsrtp 2 shortens the tag of RTP only: RTCP keeps 80 bits (RFC 5764 4.1.2).
 */
inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (status != srtp_err_status_ok)
	{
		return status;
	}

	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* mki,
  size_t mkiLen)
{
	// mediasoup uses one key and no master key identifier.
	if (mki || mkiLen != 0 || policy->policy.key || keyLen + saltLen > policy->key.size())
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key.data(), key, keyLen);
	std::memcpy(policy->key.data() + keyLen, salt, saltLen);
	policy->policy.key = policy->key.data();

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t windowSize)
{
	policy->policy.window_size = windowSize;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, &policy->policy);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrcNetworkOrder)
{
	return srtp_remove_stream(session, ssrcNetworkOrder);
}

namespace shelfcast::srtp
{
	using InPlaceCall = srtp_err_status_t (*)(srtp_t, void*, int*);

	/**
	 * Runs one of libsrtp 2's in-place calls as libsrtp 3 does: from one buffer into another, which
	 * may be the same one. trailerLen is how much the packet may grow by.
	 */
	inline srtp_err_status_t convert(
	  InPlaceCall call, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t trailerLen)
	{
		if (inLen > INT_MAX - trailerLen || *outLen < inLen + trailerLen)
		{
			return srtp_err_status_buffer_small;
		}

		if (out != in)
		{
			std::memcpy(out, in, inLen);
		}

		int len = static_cast<int>(inLen);
		const auto status = call(session, out, &len);

		*outLen = static_cast<size_t>(len);

		return status;
	}
} // namespace shelfcast::srtp

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	return shelfcast::srtp::convert(::srtp_protect, session, rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return shelfcast::srtp::convert(::srtp_unprotect, session, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	return shelfcast::srtp::convert(
	  ::srtp_protect_rtcp, session, rtcp, rtcpLen, srtcp, srtcpLen, SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return shelfcast::srtp::convert(::srtp_unprotect_rtcp, session, srtcp, srtcpLen, rtcp, rtcpLen, 0);
}

#endif
