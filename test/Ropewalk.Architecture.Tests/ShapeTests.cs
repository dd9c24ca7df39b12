using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void Files_are_short() => Check.Holds($"No C# file is longer than {Shape.MaxFileLines} lines.", Shape.LongFiles(Repository.Sources));

    [Fact]
    public void Methods_are_short() =>
        Check.Holds($"No method is longer than {Shape.MaxMethodLines} lines.", Shape.LongMethods(Repository.SourcesIn("src", "samples")));

    [Fact]
    public void One_type_per_file() =>
        Check.Holds("One type per file, and the file is named as it.", Shape.SeveralTypes(Repository.SourcesIn("src")));

    [Fact]
    public void Classes_are_sealed() =>
        Check.Holds("Classes are sealed unless something derives from them.", Shape.OpenClasses([.. Repository.SourcesIn("src", "samples", "bench")]));

    [Fact]
    public void Usings_are_sorted() => Check.Holds("Usings are sorted, System first.", Shape.UnsortedUsings(Repository.Sources));

    [Theory]
    [InlineData("using Zeta;\nusing System;", "using System does")]
    [InlineData("using System.IO;\nusing B;\nusing A;", "using A does")]
    public void Unsorted_usings_are_caught(string code, string words) => Check.Catches(words, Shape.UnsortedUsings([Check.Code("src/A.cs", code)]));

    [Fact]
    public void A_long_file_is_caught() =>
        Check.Catches("601 lines", Shape.LongFiles([Check.Code("src/A.cs", new string('\n', 601))]));

    [Fact]
    public void A_long_method_is_caught() =>
        Check.Catches("`M` is 51 lines", Shape.LongMethods([Check.Code("src/A.cs", "class A { void M() {\n" + new string('\n', 51) + "} }")]));

    [Theory]
    [InlineData("class A { } class B { }", "B: one type per file")]
    [InlineData("abstract class A { } class B : A { } class C { }", "B, C: one type per file")]
    [InlineData("class Other { }", "named A.cs and its type Other")]
    public void A_second_type_and_a_wrong_name_are_caught(string code, string words) =>
        Check.Catches(words, Shape.SeveralTypes([Check.Code("src/A.cs", code)]));

    [Theory]
    [InlineData("namespace N; abstract record A; sealed record B(int X) : A; sealed record C : A;")]
    [InlineData("class A<T> { class Nested { } }")]
    public void A_closed_hierarchy_and_nested_types_are_one(string code) =>
        Assert.Empty(Shape.SeveralTypes([Check.Code("src/A.cs", code)]));

    [Fact]
    public void An_open_class_is_caught() => Check.Catches("`A` is open", Shape.OpenClasses([Check.Code("src/A.cs", "public class A { }")]));

    [Fact]
    public void A_class_that_is_derived_from_is_not() =>
        Assert.Empty(Shape.OpenClasses([Check.Code("src/A.cs", "class A { } sealed class B : N.A { } readonly record struct S; class V { public virtual void M() { } }")]));
}
