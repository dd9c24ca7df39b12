using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Ropewalk.Endpoints;

namespace Ropewalk.Tests.Endpoints;

public sealed class EndpointSpecProperties
{
    private const string Alphabet = "abz019.-_:\\[]=/*%?&#@~ ,+é\u0001\n☃";

    private static readonly string[] Pieces =
    [
        "tcp", "udp", "tls", "unix", "fd", "systemd", "stdio", "mem", "proxy", "x", ":", "//", "[", "]", "://", "::1", "127.0.0.1", "host", "*", "25", "0", "65536",
        "cert=", "key=", "password=", "dev", "min=", "1.3", "then=", "trust=", "10.0.0.0/8", "\\:", "\\\\", "\\", "?", "&", "=", "%3A", "%", "#", "/run/x", "mode=660",
    ];

    // a failure prints the seed that repeats it; ROPEWALK_SEED tries another
    private static readonly ulong Seed = ulong.TryParse(Environment.GetEnvironmentVariable("ROPEWALK_SEED"), out ulong seed) ? seed : 8305;

    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(
        FSharpOption<Replay>.Some(new Replay(new Rnd(Seed, 0x9E3779B97F4A7C15), FSharpOption<int>.None)));

    private static readonly Config Many = Seeded.WithMaxTest(2_000);

    /// <summary>Gets texts for values: any characters but the control ones.</summary>
    private static Gen<string> Text =>
        from characters in Gen.NonEmptyListOf(Gen.Elements(Alphabet.Where(c => !char.IsControl(c)).ToArray()))
        select new string([.. characters]);

    private static Gen<string?> Host => Gen.Elements<string?>(
        null, "localhost", "mail.example.org", "a-b.c_d.", "127.0.0.1", "255.0.0.1", "::1", "2001:db8::1", "fe80::1%eth0", "::ffff:192.0.2.1");

    private static Gen<EndpointSpec> Tcp =>
        from host in Host
        from port in Gen.Choose(0, 65535)
        select EndpointSpec.Tcp(host, port);

    private static Gen<EndpointSpec> Tls =>
        from host in Host
        from port in Gen.Choose(0, 65535)
        from certificate in Text
        from password in Text
        from min in Gen.Elements("1.2", "1.3")
        from dev in Gen.Elements(true, false)
        let spec = EndpointSpec.Parse("tls:1").WithHost(host).WithPort(port).WithKey("cert", certificate).WithKey("password", password).WithKey("min", min)
        select dev ? spec.WithKey("dev") : spec;

    private static Gen<EndpointSpec> Named =>
        from scheme in Gen.Elements("unix", "mem", "systemd")
        from path in Text
        select new EndpointSpec(scheme, null, null, path.StartsWith("//") ? "/" + path.TrimStart('/') : path, [], null);

    private static Gen<EndpointSpec> Wrapped(Gen<EndpointSpec> inner) =>
        from spec in inner
        from trust in Gen.Elements("10.0.0.0/8", "fd00::/8,unix")
        select new EndpointSpec("proxy", null, null, "", [new EndpointKeyValue("trust", trust)], spec);

    private static Gen<EndpointSpec> Any
    {
        get
        {
            Gen<EndpointSpec> flat = Gen.OneOf(Tcp, Tls, Named);
            return Gen.OneOf(flat, Wrapped(flat), Wrapped(Wrapped(flat)));
        }
    }

    [Fact]
    public void ParsingWhatWasFormattedIsTheIdentity() =>
        Prop.ForAll(Any.ToArbitrary(), spec => EndpointSpec.Parse(spec.ToUnredactedString()).Equals(spec)).Check(Many);

    [Fact]
    public void FormattingIsCanonical() =>
        Prop.ForAll(Any.ToArbitrary(), spec => EndpointSpec.Parse(spec.ToUnredactedString()).ToUnredactedString() == spec.ToUnredactedString()).Check(Many);

    [Fact]
    public void ASecretIsNeverShown() =>
        Prop.ForAll(
            (from tls in Tls from wrapped in Gen.Elements(true, false) select (Spec: tls, Wrapped: wrapped)).ToArbitrary(),
            pair =>
            {
                EndpointSpec secret = pair.Spec.WithKey("password", "h6u7n8t9e5r").WithKey("cert", "c.pem");
                EndpointSpec spec = pair.Wrapped ? new EndpointSpec("proxy", null, null, "", [], secret) : secret;
                return !spec.ToString().Contains("h6u7n8t9e5r") && spec.ToUnredactedString().Contains("h6u7n8t9e5r")
                    && EndpointSpec.TryParse(spec.ToString(), out _, out _);
            }).Check(Many);

    [Fact]
    public void GarbageNeverThrows() =>
        Prop.ForAll(Gen.OneOf(Garbage(Gen.Elements(Pieces)), Garbage(Gen.Elements(Alphabet.Select(c => c.ToString()).ToArray()))).ToArbitrary(), IsHandled)
            .Check(Seeded.WithMaxTest(20_000).WithEndSize(30));

    [Fact]
    public void NoThreePiecesThrow() =>
        Assert.All(
            from first in Pieces from second in Pieces.Append("") from third in Pieces.Append("") select first + second + third,
            text => Assert.True(IsHandled(text), text));

    [Fact]
    public void AnyStringNeverThrows() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), IsHandled).Check(Many);

    private static Gen<string> Garbage(Gen<string> piece) => from pieces in Gen.ListOf(piece) select string.Concat(pieces);

    private static bool IsHandled(string? text)
    {
        if (EndpointSpec.TryParse(text, out EndpointSpec? spec, out EndpointSpecError error))
        {
            return EndpointSpec.Parse(spec.ToUnredactedString()).Equals(spec) && error == default;
        }

        return error.Offset >= 0 && error.Offset <= (text ?? "").Length && error.Message.Length > 0;
    }
}
