using System.Net;
using System.Text;
using Ropewalk.Dns.Client;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>resolv.conf(5) and hosts(5), as well and as badly written as they are met.</summary>
public sealed class ResolverConfigurationTests
{
    [Fact]
    public void All_that_it_can_say_is_read()
    {
        ResolverConfiguration read = ResolverConfiguration.Parse("""
            # made by somebody
            nameserver 192.0.2.1
            nameserver	2001:db8::1   ; behind
            domain first.example
            search a.example b.example. .
            options ndots:3 timeout:7 attempts:4 rotate use-vc trust-ad edns0
            """);
        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], read.Servers.Select(server => server.ToString()));
        Assert.Equal(["a.example.", "b.example."], read.Search.Select(suffix => suffix.ToString()));
        Assert.Equal((3, TimeSpan.FromSeconds(7), 4, true, true, true), (read.Ndots, read.Timeout, read.Attempts, read.Rotates, read.UsesStream, read.TrustsAuthenticData));
        Assert.Empty(read.Problems);
        DnsClientOptions options = new();
        options.Take(read);
        Assert.Empty(options.Validate());
        Assert.Equal(["udp:192.0.2.1:53", "udp:[2001:db8::1]:53"], options.Servers.Select(server => server.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n   \n#x\n;y\n")]
    public void Nothing_is_this_machine(string text)
    {
        ResolverConfiguration read = ResolverConfiguration.Parse(text);
        Assert.Equal(["127.0.0.1:53"], read.Servers.Select(server => server.ToString()));
        Assert.Equal((1, TimeSpan.FromSeconds(5), 2, false), (read.Ndots, read.Timeout, read.Attempts, read.Rotates));
        Assert.Empty(read.Search);
    }

    [Theory]
    [InlineData("nameserver ns.example", "line 1: \"ns.example\" is no address")]
    [InlineData("nameserver", "line 1: \"nameserver\" is not understood")]
    [InlineData("\nsortlist 192.0.2.0", "line 2: \"sortlist\" is not understood")]
    [InlineData("options ndots:x", "line 1: the option \"ndots:x\" is not understood")]
    [InlineData("options ndots:-1", "line 1: the option \"ndots:-1\" is not understood")]
    [InlineData("options timeout:", "line 1: the option \"timeout:\" is not understood")]
    [InlineData("search a..b", "line 1: \"a..b\" is no name")]
    [InlineData("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4", "line 4: more than 3 servers")]
    public void What_is_not_understood_is_told_and_passed_over(string text, string problem) => Assert.Equal([problem], ResolverConfiguration.Parse(text).Problems);

    [Fact]
    public void What_is_too_much_becomes_the_most()
    {
        ResolverConfiguration read = ResolverConfiguration.Parse("options ndots:99 timeout:999999999 attempts:99\r\noptions rotate");
        Assert.Equal((15, TimeSpan.FromSeconds(30), 5, true), (read.Ndots, read.Timeout, read.Attempts, read.Rotates));
        read = ResolverConfiguration.Parse("options timeout:0 attempts:0");
        Assert.Equal((TimeSpan.FromSeconds(1), 1), (read.Timeout, read.Attempts));
    }

    [Fact]
    public void Nonsense_is_bounded()
    {
        ResolverConfiguration read = ResolverConfiguration.Parse(string.Concat(Enumerable.Repeat("x\n", 10_000)) + "search " + string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"s{i}")));
        Assert.Equal((100, 32), (read.Problems.Count, read.Search.Count));
    }

    [Fact]
    public void A_hosts_file_is_read_in_both_directions()
    {
        HostsFile hosts = HostsFile.Parse("127.0.0.1\tlocalhost\r\n::1 localhost ip6-localhost\n192.0.2.1 www.example www # not mail\nnonsense www\n192.0.2.2\n192.0.2.3 bad..name good\n192.0.2.1 www\n");
        Assert.Equal(["127.0.0.1", "::1"], hosts.FindAddresses("LOCALHOST").Select(address => address.ToString()));
        Assert.Equal(["192.0.2.1"], hosts.FindAddresses("www.").Select(address => address.ToString()));
        Assert.Equal(["www.example.", "www."], hosts.FindNames(IPAddress.Parse("192.0.2.1")).Select(name => name.ToString()));
        Assert.Equal(["good."], hosts.FindNames(IPAddress.Parse("192.0.2.3")).Select(name => name.ToString()));
        Assert.Empty(hosts.FindAddresses("mail"));
        Assert.Empty(hosts.FindAddresses("not a..name"));
        Assert.Empty(HostsFile.Empty.FindNames(IPAddress.Loopback));
    }

    [Fact]
    public async Task The_systems_files_are_read_through_a_store()
    {
        MemoryFileStore files = new();
        Assert.Equal("127.0.0.1:53", (await SystemResolver.ReadAsync(files, TestContext.Current.CancellationToken)).Configuration.Servers[0].ToString());
        await files.ReplaceAsync(FileStorePath.Parse("resolv.conf"), Encoding.UTF8.GetBytes("nameserver 192.0.2.9\n"), TestContext.Current.CancellationToken);
        await files.ReplaceAsync(FileStorePath.Parse("hosts"), Encoding.UTF8.GetBytes("192.0.2.8 x\n"), TestContext.Current.CancellationToken);
        SystemResolver read = await SystemResolver.ReadAsync(files, TestContext.Current.CancellationToken);
        Assert.Equal(("udp:192.0.2.9:53", 1), (read.ToOptions().Servers[0].ToString(), read.Hosts.Count));
    }
}
