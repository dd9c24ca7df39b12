using System.Net;
using System.Net.Sockets;
using Ropewalk.Endpoints;

namespace Ropewalk.Tests.Endpoints;

public sealed class EndpointSpecTests
{
    public sealed class Forms
    {
        [Theory]
        [InlineData("tcp:25", "tcp", null, 25)]
        [InlineData("tcp:*:25", "tcp", null, 25)]
        [InlineData("tcp::25", "tcp", null, 25)]
        [InlineData("TCP:25", "tcp", null, 25)]
        [InlineData("tcp:127.0.0.1:0", "tcp", "127.0.0.1", 0)]
        [InlineData("udp:[::1]:53", "udp", "::1", 53)]
        [InlineData("tcp:[0:0:0:0:0:0:0:1]:65535", "tcp", "::1", 65535)]
        [InlineData("tcp:[fe80::1%eth0]:1", "tcp", "fe80::1%eth0", 1)]
        [InlineData("tcp:Mail.Example.ORG:25", "tcp", "mail.example.org", 25)]
        [InlineData("tcp:_sip.example.org.:25", "tcp", "_sip.example.org.", 25)]
        [InlineData("25", "", null, 25)]
        [InlineData(":25", "", null, 25)]
        [InlineData("*:25", "", null, 25)]
        [InlineData("localhost:25", "", "localhost", 25)]
        [InlineData("[::1]:25", "", "::1", 25)]
        [InlineData("127.0.0.1:25", "", "127.0.0.1", 25)]
        [InlineData("tcp://example.org:25", "tcp", "example.org", 25)]
        [InlineData("tcp://[::1]:25/", "tcp", "::1", 25)]
        [InlineData("tcp://*:25", "tcp", null, 25)]
        [InlineData("tcp://:25", "tcp", null, 25)]
        public void HostAndPort(string text, string scheme, string? host, int port)
        {
            var spec = EndpointSpec.Parse(text);

            Assert.Equal(scheme, spec.Scheme);
            Assert.Equal(host, spec.Host);
            Assert.Equal(port, spec.Port);
            Assert.Equal("", spec.Path);
            Assert.Equal(spec, EndpointSpec.Parse(spec.ToString()));
        }

        [Theory]
        [InlineData("unix:/run/x.sock", "unix", "/run/x.sock", "unix:/run/x.sock")]
        [InlineData("unix:/run/x.sock:mode=660", "unix", "/run/x.sock", "unix:/run/x.sock:mode=660")]
        [InlineData("unix:///run/x.sock?mode=660", "unix", "/run/x.sock", "unix:/run/x.sock:mode=660")]
        [InlineData(@"unix:/run/a\:b\\c", "unix", @"/run/a:b\c", @"unix:/run/a\:b\\c")]
        [InlineData("unix:///run/a%3ab%20c", "unix", "/run/a:b c", @"unix:/run/a\:b c")]
        [InlineData(@"unix:C\:\run\x", "unix", @"C:\run\x", @"unix:C\:\\run\\x")]
        [InlineData("unix:@abstract", "unix", "@abstract", "unix:@abstract")]
        [InlineData("fd:3", "fd", "3", "fd:3")]
        [InlineData("fd:03", "fd", "3", "fd:3")]
        [InlineData("systemd:smtp", "systemd", "smtp", "systemd:smtp")]
        [InlineData("systemd:0", "systemd", "0", "systemd:0")]
        [InlineData("systemd:", "systemd", "", "systemd:")]
        [InlineData("stdio:", "stdio", "", "stdio:")]
        [InlineData("stdio://", "stdio", "", "stdio:")]
        [InlineData("mem:a", "mem", "a", "mem:a")]
        [InlineData("mem://a", "mem", "a", "mem:a")]
        public void Paths(string text, string scheme, string path, string canonical)
        {
            var spec = EndpointSpec.Parse(text);

            Assert.Equal(scheme, spec.Scheme);
            Assert.Equal(path, spec.Path);
            Assert.Null(spec.Port);
            Assert.Equal(canonical, spec.ToString());
            Assert.Equal(spec, EndpointSpec.Parse(canonical));
        }

        [Fact]
        public void KeysOfTls()
        {
            var spec = EndpointSpec.Parse(@"tls:[::1]:993:cert=m.pem:key=k.pem:password=a\:b:client=require:ca=ca.pem:alpn=h2,http/1.1:min=1.3:dev");

            Assert.Equal("m.pem", spec.Get("cert"));
            Assert.Equal("a:b", spec.Get("password"));
            Assert.Equal(["h2", "http/1.1"], spec.GetList("alpn"));
            Assert.True(spec.Has("dev"));
            Assert.Equal("", spec.Get("dev"));
            Assert.Null(spec.Get("certs"));
            Assert.Equal(8, spec.Keys.Count);
        }

        [Fact]
        public void TheUrlSpellingIsTheSameEndpoint() =>
            Assert.Equal(
                EndpointSpec.Parse("tls:example.org:993:cert=/etc/a b.pem:dev"),
                EndpointSpec.Parse("tls://example.org:993?dev&cert=%2Fetc%2Fa%20b.pem"));

        [Fact]
        public void AWrapperHoldsItsInnerEndpoint()
        {
            var spec = EndpointSpec.Parse(@"proxy:trust=10.0.0.0/8,fd00\:\:/8,unix:timeout=3s:then=tls\:[\:\:1]\:443\:cert=a\\\:b.pem");

            Assert.Equal(["10.0.0.0/8", "fd00::/8", "unix"], spec.GetList("trust"));
            Assert.Equal(TimeSpan.FromSeconds(3), spec.GetDuration("timeout"));
            Assert.Equal("tls", spec.Inner!.Scheme);
            Assert.Equal("::1", spec.Inner.Host);
            Assert.Equal("a:b.pem", spec.Inner.Get("cert"));
            Assert.Equal(spec, EndpointSpec.Parse(spec.ToString()));
        }

        [Fact]
        public void AWrapperInUrlSpelling() =>
            Assert.Equal(EndpointSpec.Parse(@"proxy:trust=10.0.0.0/8:then=tcp\:25"), EndpointSpec.Parse("proxy://?trust=10.0.0.0/8&then=tcp%3A25"));

        [Theory]
        [InlineData("250ms", 250)]
        [InlineData("5s", 5_000)]
        [InlineData("2m", 120_000)]
        [InlineData("1h", 3_600_000)]
        [InlineData("1d", 86_400_000)]
        public void Durations(string text, int milliseconds) =>
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), EndpointSpec.Parse($@"proxy:timeout={text}:then=25").GetDuration("timeout"));
    }

    public sealed class Bare
    {
        [Fact]
        public void WithSchemeGivesItOne()
        {
            var spec = EndpointSpec.Parse("[::1]:443:dev:alpn=h2").WithScheme("tls");

            Assert.Equal("tls:[::1]:443:dev:alpn=h2", spec.ToString());
            Assert.Same(spec, spec.WithScheme("tcp"));
        }

        [Fact]
        public void WithSchemeReachesInsideAWrapper()
        {
            var spec = EndpointSpec.Parse(@"proxy:trust=10.0.0.0/8:then=25");

            Assert.True(spec.IsBare);
            Assert.Equal(@"proxy:trust=10.0.0.0/8:then=tcp\:25", spec.WithScheme("tcp").ToString());
        }

        [Fact]
        public void WithSchemeChecksTheKeys() =>
            Assert.Throws<FormatException>(() => EndpointSpec.Parse("25:dev").WithScheme("tcp"));

        [Fact]
        public void WithSchemeWantsOneOfHostAndPort() =>
            Assert.Throws<ArgumentException>(() => EndpointSpec.Parse("25").WithScheme("mem"));

        [Fact]
        public void ItsSecretsAreHiddenBeforeItHasAScheme() =>
            Assert.Equal("25:password=***", EndpointSpec.Parse("25:password=hunter2").ToString());
    }

    public sealed class Copies
    {
        [Fact]
        public void With()
        {
            var spec = EndpointSpec.Parse("tls:25:dev");

            Assert.Equal("tls:[::1]:0:dev", spec.WithHost("::1").WithPort(0).ToString());
            Assert.Equal(@"tls:25:dev:cert=a\:b", spec.WithKey("cert", "a:b").ToString());
            Assert.Equal(@"proxy:version=2:then=tcp\:25", EndpointSpec.Parse(@"proxy:then=tcp\:25").WithKey("version", "2").ToString());
            Assert.Equal("unix:/x:mode=600", EndpointSpec.Parse("unix:/x:mode=660").WithKey("mode", "600").ToString());
            Assert.Throws<FormatException>(() => spec.WithKey("nonsense", "x"));
            Assert.Throws<ArgumentException>(() => spec.WithHost("not a host"));
            Assert.Throws<ArgumentOutOfRangeException>(() => spec.WithPort(65536));
            Assert.Throws<InvalidOperationException>(() => EndpointSpec.Parse("mem:a").WithPort(1));
        }

        [Theory]
        [InlineData("127.0.0.1", "tcp:127.0.0.1:25")]
        [InlineData("0.0.0.0", "tcp:127.0.0.1:25")]
        [InlineData("::", "tcp:[::1]:25")]
        [InlineData("2001:db8::1", "tcp:[2001:db8::1]:25")]
        public void FromABoundAddress(string address, string expected) =>
            Assert.Equal(expected, EndpointSpec.FromEndPoint(new IPEndPoint(IPAddress.Parse(address), 25)).ToString());

        [Fact]
        public void FromAUnixSocket() =>
            Assert.Equal("unix:/tmp/x", EndpointSpec.FromEndPoint(new UnixDomainSocketEndPoint("/tmp/x")).ToString());

        [Fact]
        public void TheOrderOfKeysDoesNotMatter()
        {
            var one = EndpointSpec.Parse("tls:1:dev:min=1.3");
            var other = EndpointSpec.Parse("tls:1:min=1.3:dev");

            Assert.Equal(one, other);
            Assert.Equal(one.GetHashCode(), other.GetHashCode());
            Assert.NotEqual(one, EndpointSpec.Parse("tls:1:dev:min=1.2"));
        }
    }

    public sealed class Errors
    {
        [Theory]
        [InlineData("", 0, "HOST:PORT")]
        [InlineData("nonsense", 0, "SCHEME:HOST:PORT")]
        [InlineData("tpc:25x", 0, "unknown scheme 'tpc'; allowed: fd:, mem:, proxy:, stdio:, systemd:, tcp:, tls:, udp:, unix:, ws:, wss:")]
        [InlineData("http://x:80", 0, "unknown scheme 'http'")]
        [InlineData("tcp:", 4, "port")]
        [InlineData("tcp:localhost", 13, "port")]
        [InlineData("tcp:localhost:http", 14, "port")]
        [InlineData("tcp:65536", 4, "65535")]
        [InlineData("tcp:::1:25", 5, "brackets")]
        [InlineData("tcp:[::1", 4, "closed")]
        [InlineData("tcp:[::1]25", 9, ":PORT")]
        [InlineData("tcp:[1.2.3.4]:25", 4, "IPv6")]
        [InlineData("tcp:1.2.3:25", 4, "host name")]
        [InlineData("tcp:1.2.3.256:25", 4, "host name")]
        [InlineData("tcp:01.2.3.4:25", 4, "host name")]
        [InlineData("tcp:a b:25", 4, "host name")]
        [InlineData("tcp:-.:25:x=1", 10, "takes no keys")]
        [InlineData("tcp:25:", 7, "key=value")]
        [InlineData("tls:25:crt=x", 7, "unknown key; allowed: cert=, key=")]
        [InlineData("tls:25:cert", 11, "a PEM file")]
        [InlineData("tls:25:cert=", 12, "a PEM file")]
        [InlineData("tls:25:min=1.1", 11, "1.2, 1.3")]
        [InlineData("tls:25:client=maybe", 14, "none, request, require, any")]
        [InlineData("tls:25:alpn=h2,", 12, "separated by commas")]
        [InlineData("tls:25:dev=yes", 10, "no value")]
        [InlineData("tls:25:dev:dev", 11, "twice")]
        [InlineData("unix:", 5, "path")]
        [InlineData("unix://run/x", 7, "unix:///PATH")]
        [InlineData("unix:////x", 7, "two slashes")]
        [InlineData("mem:////x", 6, "two slashes")]
        [InlineData("unix:/x:mode=rw", 13, "octal")]
        [InlineData("unix:/x:mode=888", 13, "octal")]
        [InlineData("fd:x", 3, "number")]
        [InlineData("fd:99999999999", 3, "number")]
        [InlineData("stdio:x", 6, "takes no keys")]
        [InlineData("stdio://x", 8, "takes no host")]
        [InlineData("tcp://h:25?x=1", 11, "takes no keys")]
        [InlineData("udp://", 6, "port")]
        [InlineData("tcp:///", 6, "port")]
        [InlineData("tcp://?", 6, "port")]
        [InlineData("tcp://h:25#x", 10, "fragment")]
        [InlineData("tcp://u@h:25", 6, "host name")]
        [InlineData("tls://h:25?cert=%zz", 16, "%HH")]
        [InlineData("tls://h:25?cert=%00", 16, "control")]
        [InlineData("tls://h:25?cert=%ff", 16, "UTF-8")]
        [InlineData("proxy:trust=10.0.0.0/8", 22, "needs then=")]
        [InlineData("proxy:trust=10.0.0.300:then=25", 12, "networks")]
        [InlineData("proxy:timeout=5:then=25", 14, "250ms")]
        [InlineData("proxy:then=tcp:25", 11, @"\:")]
        [InlineData(@"proxy:then=tcp\:65536", 16, "65535")]
        [InlineData(@"proxy:then=tls\:25\:cert=a\\\:b\:min=1.1", 37, "1.2, 1.3")]
        [InlineData("proxy://?then=tls%3A25%3Amin=1.1", 29, "1.2, 1.3")]
        [InlineData("tcp:25\n", 6, "control")]
        public void NameTheOffsetAndWhatIsAllowed(string text, int offset, string part)
        {
            Assert.False(EndpointSpec.TryParse(text, out _, out EndpointSpecError error));
            Assert.Contains(part, error.Message);
            Assert.Equal(offset, error.Offset);
            var exception = Assert.Throws<FormatException>(() => EndpointSpec.Parse(text));
            Assert.Contains($"offset {offset}", exception.Message);
        }

        [Fact]
        public void NestingIsBounded()
        {
            string text = "25";
            for (int i = 0; i < 6; i++)
            {
                text = "proxy:then=" + text.Replace(@"\", @"\\").Replace(":", @"\:");
            }

            Assert.False(EndpointSpec.TryParse(text, out _, out EndpointSpecError error));
            Assert.Contains("nested", error.Message);
        }

        [Fact]
        public void LengthIsBounded()
        {
            Assert.False(EndpointSpec.TryParse("unix:/" + new string('x', 10_000), out _, out EndpointSpecError error));
            Assert.Contains("longer", error.Message);
        }

        [Fact]
        public void NullIsAnEmptyString() => Assert.False(EndpointSpec.TryParse(null, null, out _));
    }

    public sealed class Secrets
    {
        [Fact]
        public void AreHiddenInEveryText()
        {
            var spec = EndpointSpec.Parse("tls:1:pfx=a.pfx:password=hunter2");

            Assert.Equal("tls:1:pfx=a.pfx:password=***", spec.ToString());
            Assert.Equal("tls:1:pfx=a.pfx:password=hunter2", spec.ToUnredactedString());
            Assert.Equal("password=***", spec.Keys[1].ToString());
            Assert.Equal("hunter2", spec.Get("password"));
        }

        [Fact]
        public void AreHiddenInsideAWrapper()
        {
            var spec = EndpointSpec.Parse(@"proxy:then=tls\:1\:password=hunter2");

            Assert.DoesNotContain("hunter2", spec.ToString());
            Assert.Equal(spec, EndpointSpec.Parse(spec.ToUnredactedString()));
        }

        [Theory]
        [InlineData("tls:1:password=hun:ter2")]
        [InlineData("tls:1:pasword=hunter2")]
        [InlineData("tls:1:password=hunt:er2=x")]
        [InlineData("tls:1:password=hunter2:password=hunter2")]
        [InlineData("tls:1:dev=hunter2")]
        [InlineData("tls://user:hunter2@host:1")]
        [InlineData("tls:1:password=hunter2\n")]
        public void AreNotInAnErrorEither(string text)
        {
            Assert.False(EndpointSpec.TryParse(text, out _, out EndpointSpecError error));
            Assert.DoesNotContain("hun", error.ToString());
            Assert.DoesNotContain("er2", error.ToString());
        }
    }
}
