namespace Ropewalk.Security.Tls;

/// <summary>What a TLS connection heeds after its handshake.</summary>
/// <param name="InputLimitBytes">The decrypted and unconsumed bytes above which it is ended.</param>
/// <param name="RequireCloseNotify">Whether an end without <c>close_notify</c> fails reading.</param>
/// <param name="TimeProvider">The clock.</param>
internal readonly record struct TlsBounds(int InputLimitBytes, bool RequireCloseNotify, TimeProvider TimeProvider);
