namespace Ropewalk.Interop.Tests.Dns.Secondaries;

/// <summary>Is Knot DNS. Debian's 3.2 transfers in the clear and over QUIC, not over TLS.</summary>
internal sealed class KnotSecondary() : Secondary("knotd", "knot")
{
    /// <inheritdoc/>
    public override string HeardNotice => "notify, incoming";

    /// <inheritdoc/>
    public override string RefusedNotice => "ACL, denied, action notify";

    protected override string Configure(string zone, DnsPrimary primary, bool overTls)
    {
        Assert.False(overTls, "this version does not transfer over TLS");
        return $"""
            server:
                rundir: {Folder.FullName}
                listen: 127.0.0.1@{Port}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            database:
                storage: {Folder.FullName}
            log:
              - target: stdout
                any: debug
            key:
              - id: {TransferKey.Name}
                algorithm: hmac-sha256
                secret: {TransferKey.Secret}
            remote:
              - id: ours
                address: 127.0.0.1@{primary.Port}
                key: {TransferKey.Name}
            acl:
              - id: notices
                address: 127.0.0.1
                key: {TransferKey.Name}
                action: notify
              - id: dumps
                address: 127.0.0.1
                action: transfer
            zone:
              - domain: {zone}
                storage: {Folder.FullName}
                file: secondary.zone
                master: ours
                acl: [notices, dumps]

            """;
    }

    protected override string[] Arguments(string file) => ["-c", file];
}
