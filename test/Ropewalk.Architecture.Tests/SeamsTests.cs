using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class SeamsTests
{
    [Fact]
    public void Only_the_seams_reach_outside() =>
        Check.Holds("Sockets, TLS, files, the clock, randomness and the thread pool are named only where the seam is made.", Seams.Find(Repository.Sources));

    [Theory]
    [InlineData("src/Ropewalk.Web/A.cs", "class A { Socket s; }", "`Socket`")]
    [InlineData("src/Ropewalk/Server/A.cs", "class A { void M() { System.Net.Sockets.Socket.Select(null, null, null, 1); } }", "`Socket`")]
    [InlineData("src/Ropewalk/Transports/Sockets/A.cs", "class A { SslStream s; }", "`SslStream`")]
    [InlineData("src/Ropewalk.Chat/A.cs", "class A { bool M() => File.Exists(\"x\"); }", "`File`")]
    [InlineData("src/Ropewalk/Storage/A.cs", "class A { object M() => new FileStream(\"x\", FileMode.Open); }", "`FileStream`")]
    [InlineData("src/Ropewalk.Dns/A.cs", "class A { object M() => System.Net.Dns.GetHostName(); }", "`Dns`")]
    [InlineData("src/Ropewalk/Hosting/A.cs", "class A { object M() => DateTime.Now; }", "`DateTime.Now`")]
    [InlineData("src/Ropewalk/Hosting/A.cs", "class A { object M() => Task.Run(M); }", "`Task.Run`")]
    [InlineData("src/Ropewalk/Hosting/A.cs", "class A { object M() => Random.Shared; }", "`Random.Shared`")]
    public void A_way_around_a_seam_is_caught(string path, string code, string words) =>
        Check.Catches(words, Seams.Find([Check.Code(path, code)]));

    [Theory]
    [InlineData("src/Ropewalk/Transports/Sockets/A.cs", "class A { Socket s; }")]
    [InlineData("src/Ropewalk.Web/A.cs", "class A { object M(Options o) => o.File; } // a Socket")]
    [InlineData("src/Ropewalk.Dns/A.cs", "using Ropewalk.Dns.Wire; namespace Ropewalk.Dns; class A { object M() => Ropewalk.Dns.Wire.DomainName.Root; }")]
    public void The_seams_own_rooms_and_mere_words_are_not(string path, string code) =>
        Assert.Empty(Seams.Find([Check.Code(path, code)]));
}
