using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>One certificate with its private key and its chain, ready for handshakes: the chain is built once, offline.</summary>
public sealed class ServerCertificate
{
    private readonly ConditionalWeakTable<object, object> _prepared = [];

    internal ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection? chain, string source)
    {
        Certificate = certificate;
        Source = source;
        Names = ReadNames(certificate);
        // offline: a start must not wait for a download; the context is what makes a handshake cheap (the chain is built once)
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>Gets the certificate. <b>Lifetime</b>: the store's; do not dispose it.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Gets the DNS names and addresses that it is for, in lower case; a wildcard is <c>*.example.org</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets where it came from: a file's path, or a few words.</summary>
    public string Source { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Formats names, expiry and source; never the key.</summary>
    public override string ToString() => $"{string.Join(",", Names)} until {Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} ({Source})";

    /// <summary>Gets what a set of options has prepared for this certificate, preparing it at the first handshake.</summary>
    internal T Prepared<T>(object options, Func<T> prepare)
        where T : class => (T)_prepared.GetValue(options, _ => prepare());

    private static List<string> ReadNames(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames().Select(name => name.ToLowerInvariant()));
            names.AddRange(extension.EnumerateIPAddresses().Select(address => address.ToString()));
        }

        // RFC 6125 §6.4.4: the common name counts only where there is no alternative name
        if (names.Count == 0 && certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common)
        {
            names.Add(common.ToLowerInvariant());
        }

        return names;
    }
}
