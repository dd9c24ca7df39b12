using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ropewalk.Blocking;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Security.Tls;

/// <summary>Makes options of a <c>tls:</c> endpoint's keys. Everything that is wrong is told at once. <b>Call</b>: where files may be read.</summary>
internal static class TlsEndpointOptions
{
    public static TlsServerOptions ForServer(EndpointSpec spec, TimeProvider time)
    {
        var errors = new List<string>();
        RefuseKeys(spec, errors, "has no meaning where one listens", "name", "trust");
        var options = new TlsServerOptions { TimeProvider = time, Certificates = LoadStore(spec, time, isRequired: true, errors) };
        ReadShared(spec, options.ApplicationProtocols, version => options.MinimumVersion = version);
        options.ClientCertificates = spec.Get("client") switch
        {
            "request" => TlsClientCertificates.Request,
            "require" => TlsClientCertificates.Require,
            "any" => TlsClientCertificates.RequestAny,
            _ => TlsClientCertificates.None,
        };
        if (spec.Get("ca") is { } ca)
        {
            if (options.ClientCertificates is TlsClientCertificates.None or TlsClientCertificates.RequestAny)
            {
                errors.Add("ca: needs client=request or client=require.");
            }

            options.ClientAuthorities = LoadAuthorities(ca, errors);
        }

        ThrowIfAny(spec, errors);
        return options;
    }

    public static TlsClientOptions ForClient(EndpointSpec spec, TimeProvider time)
    {
        var errors = new List<string>();
        RefuseKeys(spec, errors, "has no meaning where one connects", "certs", "client", "ca");
        var options = new TlsClientOptions
        {
            TimeProvider = time,
            TargetName = spec.Get("name") ?? spec.Host ?? "localhost",
            TrustDevelopment = spec.Has("dev"),
            ClientCertificate = LoadStore(spec, time, isRequired: false, errors),
        };
        ReadShared(spec, options.ApplicationProtocols, version => options.MinimumVersion = version);
        if (spec.Get("trust") is { } trust)
        {
            options.TrustedAuthorities = LoadAuthorities(trust, errors);
        }

        ThrowIfAny(spec, errors);
        return options;
    }

    private static CertificateStore? LoadStore(EndpointSpec spec, TimeProvider time, bool isRequired, List<string> errors)
    {
        string? certificate = spec.Get("cert");
        string? pfx = spec.Get("pfx");
        string? folder = spec.Get("certs");
        string? password = spec.Get("password");
        bool isDevelopment = isRequired && spec.Has("dev");
        int sources = (certificate is null ? 0 : 1) + (pfx is null ? 0 : 1) + (folder is null ? 0 : 1) + (isDevelopment ? 1 : 0);
        if (certificate is null && spec.Has("key"))
        {
            errors.Add("key: needs cert.");
        }

        if (password is not null && (sources == 0 || isDevelopment))
        {
            errors.Add("password: needs cert, pfx or certs.");
        }

        if (sources != 1)
        {
            if (sources > 1 || isRequired)
            {
                errors.Add(sources == 0 ? "a certificate is needed: one of cert, pfx, certs, dev." : "only one of cert, pfx, certs and dev is allowed.");
            }

            return null;
        }

        try
        {
            return certificate is not null ? CertificateStore.FromPem(certificate, spec.Get("key"), password)
                : pfx is not null ? CertificateStore.FromPfx(pfx, password)
                : folder is not null ? CertificateStore.FromFolder(folder, password)
                : CertificateStore.FromDevelopment(new DevelopmentCertificate(timeProvider: time));
        }
        catch (CertificateException exception)
        {
            errors.AddRange(exception.Errors);
            return null;
        }
    }

    private static X509Certificate2Collection? LoadAuthorities(string path, List<string> errors)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(RegularFile.ReadAllText(path));
            if (authorities.Count > 0)
            {
                return authorities;
            }

            errors.Add($"{path}: holds no certificate in PEM form.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.Add(exception is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file." : $"{path}: {exception.Message}");
        }

        return null;
    }

    private static void ReadShared(EndpointSpec spec, IList<string> protocols, Action<TlsVersion> setMinimum)
    {
        foreach (string protocol in spec.GetList("alpn"))
        {
            protocols.Add(protocol);
        }

        setMinimum(spec.Get("min") == "1.3" ? TlsVersion.Tls13 : TlsVersion.Tls12);
    }

    private static void RefuseKeys(EndpointSpec spec, List<string> errors, string why, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (spec.Has(key))
            {
                errors.Add($"{key}: {why}.");
            }
        }
    }

    private static void ThrowIfAny(EndpointSpec spec, List<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new EndpointException($"The endpoint {spec} cannot be used: {string.Join(" ", errors)}", ErrorSide.Local);
        }
    }
}
