using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class PureRoomsTests
{
    [Fact]
    public void Wire_and_Session_rooms_are_pure() =>
        Check.Holds("Wire and Session rooms are machines: no task, stream, pipe, socket, logger or clock in them.", PureRooms.Find(Repository.Sources));

    [Theory]
    [InlineData("src/Ropewalk.Mail/Smtp/Session/A.cs", "class A { System.Threading.Tasks.Task T; }", "`Task`")]
    [InlineData("src/Ropewalk.Mail/Smtp/Wire/A.cs", "class A { void M(Stream s) { } }", "`Stream`")]
    [InlineData("src/Ropewalk/Framing/A.cs", "class A { PipeReader r; }", "`PipeReader`")]
    [InlineData("src/Ropewalk.Chat/Irc/Network/A.cs", "class A { ILogger<A> l; }", "a logger")]
    [InlineData("samples/Finger/Session/A.cs", "class A { long M() => TimeProvider.System.GetTimestamp(); }", "a clock")]
    [InlineData("samples/Finger/Session/A.cs", "class A { System.DateTime M() => DateTime.UtcNow; }", "no clock")]
    [InlineData("src/Ropewalk.Dns/Wire/A.cs", "class A { async void M() { } }", "`async`")]
    public void What_is_not_pure_is_caught(string path, string code, string words) =>
        Check.Catches(words, PureRooms.Find([Check.Code(path, code)]));

    [Theory]
    [InlineData("src/Ropewalk.Mail/Smtp/Server/A.cs", "class A { Task T; }")]
    [InlineData("src/Ropewalk.Mail/Smtp/Wire/A.cs", "/* a Stream */ class A { ErrorScope S = ErrorScope.Stream; string T = \"Task\"; }")]
    public void A_shell_may_wait_and_a_word_is_not_a_use(string path, string code) =>
        Assert.Empty(PureRooms.Find([Check.Code(path, code)]));
}
