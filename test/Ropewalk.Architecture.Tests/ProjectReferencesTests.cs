using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class ProjectReferencesTests
{
    [Fact]
    public void The_reference_graph_is_the_one_in_ARCHITECTURE_md() =>
        Check.Holds("Each project references only what ARCHITECTURE.md says.", ProjectReferences.Find(Repository.Files));

    [Theory]
    [InlineData("src/Ropewalk/Ropewalk.csproj", """<ProjectReference Include="../Ropewalk.Web/Ropewalk.Web.csproj" />""", "Ropewalk references Ropewalk.Web; it may reference nothing")]
    [InlineData("src/Ropewalk.Chat/Ropewalk.Chat.csproj", """<ProjectReference Include="..\Ropewalk.Dns\Ropewalk.Dns.csproj" />""", "Ropewalk.Chat references Ropewalk.Dns")]
    [InlineData("src/Ropewalk/Ropewalk.csproj", """<PackageReference Include="Polly.Core" />""", "takes the package Polly.Core")]
    [InlineData("src/Ropewalk.Gopher/Ropewalk.Gopher.csproj", "", "is not known")]
    [InlineData("src/Ropewalk.Cli/Ropewalk.Cli.csproj", """<ProjectReference Include="../../test/Ropewalk.Tests/Ropewalk.Tests.csproj" />""", "test project")]
    [InlineData("test/Ropewalk.Web.Tests/Ropewalk.Web.Tests.csproj", """<ProjectReference Include="../Ropewalk.Tests/Ropewalk.Tests.csproj" />""", "test project")]
    public void A_wrong_reference_is_caught(string path, string item, string words) =>
        Check.Catches(words, ProjectReferences.Find([new(path, $"<Project><ItemGroup>{item}</ItemGroup></Project>")]));
}
