namespace Ropewalk.Security.Tls;

/// <summary>Tells what <see cref="CertificateStore.ReloadAsync"/> did.</summary>
/// <param name="Replaced">True if new handshakes use what was loaded; false if the old certificates stay.</param>
/// <param name="Count">How many certificates are in use now.</param>
/// <param name="Errors">What is wrong, one sentence each, beginning with the file's path. With any error nothing is replaced.</param>
/// <param name="Warnings">What is odd and does not keep the certificates from being used: one that has expired.</param>
public sealed record CertificateReload(bool Replaced, int Count, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);
