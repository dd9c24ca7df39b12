namespace Ropewalk.Interop.Tests.Dns.Secondaries;

/// <summary>Is NSD.</summary>
internal sealed class NsdSecondary() : Secondary("nsd", "nsd")
{
    /// <inheritdoc/>
    public override string HeardNotice => "notify for ";

    /// <inheritdoc/>
    public override string RefusedNotice => "refused";

    protected override string Configure(string zone, DnsPrimary primary, bool overTls) => $"""
        server:
            ip-address: 127.0.0.1@{Port}
            server-count: 1
            username: ""
            database: ""
            verbosity: 3
            pidfile: {Folder.FullName}/nsd.pid
            zonesdir: {Folder.FullName}
            zonelistfile: {Folder.FullName}/zone.list
            xfrdfile: {Folder.FullName}/xfrd.state
            xfrdir: {Folder.FullName}
            tls-cert-bundle: {primary.Certificate}
        remote-control:
            control-enable: no
        key:
            name: {TransferKey.Name}
            algorithm: hmac-sha256
            secret: {TransferKey.Secret}
        tls-auth:
            name: ours
            auth-domain-name: localhost
        zone:
            name: {zone}
            zonefile: secondary.zone
            allow-notify: 127.0.0.1 {TransferKey.Name}
            request-xfr: 127.0.0.1@{(overTls ? primary.TlsPort : primary.Port)} {TransferKey.Name}{(overTls ? " ours" : "")}
            provide-xfr: 127.0.0.1 NOKEY

        """;

    protected override string[] Arguments(string file) => ["-d", "-c", file];
}
