namespace Ropewalk.Interop.Tests.Dns.Secondaries;

/// <summary>Is BIND.</summary>
internal sealed class BindSecondary() : Secondary("named", "bind9")
{
    /// <inheritdoc/>
    public override string HeardNotice => $"TSIG '{TransferKey.Name}'";

    /// <inheritdoc/>
    public override string RefusedNotice => "refused notify";

    protected override string Configure(string zone, DnsPrimary primary, bool overTls) => $$"""
        options {
            directory "{{Folder.FullName}}";
            pid-file none;
            session-keyfile "{{Folder.FullName}}/session.key";
            listen-on port {{Port}} { 127.0.0.1; };
            listen-on-v6 { none; };
            recursion no;
            dnssec-validation no;
            notify no;
        };
        controls { };
        key "{{TransferKey.Name}}" { algorithm hmac-sha256; secret "{{TransferKey.Secret}}"; };
        tls "ours" { ca-file "{{primary.Certificate}}"; remote-hostname "localhost"; };
        zone "{{zone}}" {
            type secondary;
            file "secondary.zone";
            masterfile-format text;
            primaries { 127.0.0.1 port {{(overTls ? primary.TlsPort : primary.Port)}} key "{{TransferKey.Name}}"{{(overTls ? " tls \"ours\"" : "")}}; };
            allow-transfer { 127.0.0.1; };
        };

        """;

    protected override string[] Arguments(string file) => ["-g", "-n", "1", "-c", file];
}
