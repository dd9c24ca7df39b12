using Ropewalk.Web.Static.Disk;

namespace Ropewalk.Web.Tests.Static.Disk;

public sealed class PortableSiteFilesTests
{
    [Theory]
    [InlineData("file.txt", true)]
    [InlineData("console", true)]
    [InlineData("com10", true)]
    [InlineData("nul", false)]
    [InlineData("NUL.txt", false)]
    [InlineData("con ", false)]
    [InlineData("aux .txt", false)]
    [InlineData("com1", false)]
    [InlineData("LPT9.log", false)]
    [InlineData("file.", false)]
    [InlineData("file ", false)]
    [InlineData("file::$DATA", false)]
    [InlineData("PROGRA~1", false)]
    public void Names_that_mean_something_else_to_Windows_are_refused_there(string name, bool expected) =>
        Assert.Equal(expected, PortableSiteFiles.IsWindowsName(name));
}
